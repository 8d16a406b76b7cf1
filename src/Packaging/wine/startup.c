// What a program for Windows has around its own code: the way from the system to wmain, and the few names that the runtime's objects,
// which Microsoft's compiler made, ask of its libraries. For a smoke test in Wine alone: stacks are not guarded and calls are not
// checked here, as a release's are by the libraries that this stands for.

typedef unsigned long long u64;
typedef unsigned int u32;
typedef unsigned short wide;
typedef void (*action)(void);
typedef int (*check)(void);
typedef void (*callback)(void *image, u32 reason, void *reserved);

#define IMPORTED __declspec(dllimport)
#define IN(name) __attribute__((section(name), used))
#define EXACTLY(name) __asm__(name)

// Of the universal C library, which is a part of Windows.
IMPORTED void _set_app_type(int type);
IMPORTED int _configure_wide_argv(int mode);
IMPORTED int _initialize_wide_environment(void);
IMPORTED int *__p___argc(void);
IMPORTED wide ***__p___wargv(void);
IMPORTED wide **_get_initial_wide_environment(void);
IMPORTED int _crt_atexit(action what);
IMPORTED void exit(int code);
IMPORTED void *malloc(u64 size);
IMPORTED void free(void *memory);

int wmain(int count, wide **arguments, wide **environment);

// The compiler's mark for code that calculates with fractions.
int _fltused = 1;

// A function that keeps an array compares a value before it returns. It always is what it was.
u64 __security_cookie = 0x00002B992DDFA232;
void __security_check_cookie(u64 value) { (void)value; }
int __GSHandlerCheck(void *record, void *frame, void *context, void *dispatcher) {
    (void)record, (void)frame, (void)context, (void)dispatcher;
    // ExceptionContinueSearch
    return 1;
}
void __report_rangecheckfailure(void) { __builtin_trap(); }

// A call through a pointer goes through this one first, with its target in rax.
__asm__("dispatch: jmp *%rax\n");
extern void dispatch(void);
action __guard_dispatch_icall_fptr = dispatch;

// A frame of more than a page, of rax bytes, touches each of its pages in order, since the system adds them to the stack one by one.
__asm__(".globl __chkstk\n"
        "__chkstk:\n"
        "    push %rcx\n"
        "    push %rax\n"
        "    lea 24(%rsp), %rcx\n"
        "1:  cmp $4096, %rax\n"
        "    jb 2f\n"
        "    sub $4096, %rcx\n"
        "    testb $0, (%rcx)\n"
        "    sub $4096, %rax\n"
        "    jmp 1b\n"
        "2:  sub %rax, %rcx\n"
        "    testb $0, (%rcx)\n"
        "    pop %rax\n"
        "    pop %rcx\n"
        "    ret\n");

// The linker sorts sections by what follows the dollar sign: between these marks lies what objects want called at the start.
IN(".CRT$XIA") check first_check = 0;
IN(".CRT$XIZ") check last_check = 0;
IN(".CRT$XCA") action first_constructor = 0;
IN(".CRT$XCZ") action last_constructor = 0;
IN(".CRT$XDA") action first_of_thread = 0;
IN(".CRT$XDZ") action last_of_thread = 0;

// Variables that each thread has for itself, and what each thread calls before it uses them.
u32 _tls_index;
IN(".tls") char first_variable = 0;
IN(".tls$ZZZ") char last_variable = 0;
__declspec(thread) char __tls_guard = 0;

void __dyn_tls_init(void *image, u32 reason, void *reserved) {
    (void)image, (void)reserved;
    // DLL_THREAD_ATTACH
    if (reason != 2 || __tls_guard) {
        return;
    }
    __tls_guard = 1;
    for (action *each = &first_of_thread + 1; each < &last_of_thread; each++) {
        if (*each) {
            (*each)();
        }
    }
}
void __dyn_tls_on_demand_init(void) { __dyn_tls_init(0, 2, 0); }

IN(".CRT$XLA") callback before_callbacks = 0;
IN(".CRT$XLC") callback thread_callback = __dyn_tls_init;
IN(".CRT$XLZ") callback after_callbacks = 0;
// IMAGE_TLS_DIRECTORY64, which the linker looks for by this name.
IN(".rdata$T") const struct {
    void *start, *end, *index, *callbacks;
    u32 zeros, characteristics;
} _tls_used = {&first_variable, &last_variable, &_tls_index, &before_callbacks + 1, 0, 0};

// C++'s own names for memory.
char nothrow EXACTLY("?nothrow@std@@3Unothrow_t@1@B");
void *new_one(u64 size, void *tag) EXACTLY("??2@YAPEAX_KAEBUnothrow_t@std@@@Z");
void *new_many(u64 size, void *tag) EXACTLY("??_U@YAPEAX_KAEBUnothrow_t@std@@@Z");
void delete_one(void *memory, u64 size) EXACTLY("??3@YAXPEAX_K@Z");
void delete_many(void *memory) EXACTLY("??_V@YAXPEAX@Z");
void *new_one(u64 size, void *tag) { (void)tag; return malloc(size ? size : 1); }
void *new_many(u64 size, void *tag) { return new_one(size, tag); }
void delete_one(void *memory, u64 size) { (void)size; free(memory); }
void delete_many(void *memory) { free(memory); }

int atexit(action what) { return _crt_atexit(what); }

// The system comes here, as a call.
int wmainCRTStartup(void) {
    _set_app_type(1);
    _configure_wide_argv(1);
    _initialize_wide_environment();
    for (check *each = &first_check + 1; each < &last_check; each++) {
        if (*each && (*each)()) {
            return 255;
        }
    }
    for (action *each = &first_constructor + 1; each < &last_constructor; each++) {
        if (*each) {
            (*each)();
        }
    }
    __dyn_tls_init(0, 2, 0);
    exit(wmain(*__p___argc(), *__p___wargv(), _get_initial_wide_environment()));
    return 0;
}
