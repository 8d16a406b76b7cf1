// Binds calls into glibc to their first version. A link takes the newest one that the building machine has, and a program does
// not start where glibc is older: "version `GLIBC_2.34' not found". For these calls the old version does the same
// (https://sourceware.org/glibc/wiki/Development/Symbol_versioning). The linker is told to --wrap each name (Locald.Nss.csproj).

#if defined(__x86_64__)
#define FIRST GLIBC_2.2.5
#define SINCE(version) version
#define JUMP(name) jmp name@PLT
#else
// glibc's first for this processor, arm64, has them all.
#define FIRST GLIBC_2.17
#define SINCE(version) FIRST
#define JUMP(name) b name
#endif

.macro first name, version=FIRST
    .symver first_\name, \name@\version
    .globl __wrap_\name
    .type __wrap_\name, %function
__wrap_\name:
    JUMP(first_\name)
.endm

    .text
    // Since 2.34 these are in libc itself, under a new version.
    first dladdr
    first dlclose
    first dlerror
    first dlopen
    first dlsym
    first pthread_attr_getstack
    first pthread_attr_setstacksize
    first pthread_condattr_setclock, SINCE(GLIBC_2.3.3)
    first pthread_create
    first pthread_key_create
    first pthread_kill
    first pthread_mutexattr_destroy
    first pthread_mutexattr_init
    first pthread_mutexattr_settype
    first pthread_rwlock_rdlock
    first pthread_rwlock_unlock
    first pthread_rwlock_wrlock
    first pthread_setname_np, SINCE(GLIBC_2.12)
    first pthread_setspecific

    // Since 2.32.
    first pthread_getattr_np
    first pthread_sigmask

    // Since 2.29 without the old error handling, which nobody asks for.
    first log

// The program's start hands no constructors over any more, because from 2.34 on glibc finds them itself: but not for a caller of
// the first version, which calls what it is handed, here and there.
    .symver first_start, __libc_start_main@FIRST
    .globl __wrap___libc_start_main
    .type __wrap___libc_start_main, %function
__wrap___libc_start_main:
#if defined(__x86_64__)
    lea construct(%rip), %rcx
    jmp first_start@PLT

construct:
    push %rbx
    push %rbp
    sub $8, %rsp
    lea __init_array_start(%rip), %rbx
    lea __init_array_end(%rip), %rbp
1:  cmp %rbp, %rbx
    je 2f
    call *(%rbx)
    add $8, %rbx
    jmp 1b
2:  add $8, %rsp
    pop %rbp
    pop %rbx
    ret
#else
    adr x3, construct
    b first_start

construct:
    stp x29, x30, [sp, -32]!
    mov x29, sp
    stp x19, x20, [sp, 16]
    adrp x19, __init_array_start
    add x19, x19, :lo12:__init_array_start
    adrp x20, __init_array_end
    add x20, x20, :lo12:__init_array_end
1:  cmp x19, x20
    b.eq 2f
    ldr x3, [x19], 8
    blr x3
    b 1b
2:  ldp x19, x20, [sp, 16]
    ldp x29, x30, [sp], 32
    ret
#endif

    .section .note.GNU-stack, "", %progbits
