/*
 * CoreFoundation as far as locald calls it: objects with counted references. Every argument is checked; what is wrong is written down
 * (fake_violations), so that a test fails by it.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum type { STRING = 1, DATA, DICTIONARY, ARRAY, NUMBER, BOOLEAN, CERTIFICATE, KEYCHAIN, POLICY, TRUST, FAULT };

#define MAGIC 0x0CFA11FE
#define UTF8 0x08000100

typedef struct object {
    unsigned magic;
    enum type type;
    long references;
    int constant;
    long count;
    struct object **keys, **values;
    unsigned char *bytes;
    int number; /* NUMBER: itself; CERTIFICATE: the keychain item it came from, or 0; POLICY: which; TRUST: 1 without network; FAULT: code */
} object;

/* A Boolean is one byte: what a caller reads beyond it is rubbish. */
typedef unsigned long boolean;
#define BOOL(x) (0x5A5A5A00UL | ((x) ? 1 : 0))

static long live;
static char violations[65536], calls[65536];
static char failing[64], hanging[64];
static int failure, failing_after;
static volatile int released;

static pthread_mutex_t mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static void leave(int *unused) { (void)unused; pthread_mutex_unlock(&mutex); }
#define GUARD __attribute__((cleanup(leave), unused)) int guard = pthread_mutex_lock(&mutex)

static void note(char *log, size_t size, const char *line) {
    GUARD;
    if (strlen(log) + strlen(line) + 2 < size) { strcat(log, line); strcat(log, "\n"); }
}
#define VIOLATION(...) do { char line[512]; snprintf(line, sizeof line, __VA_ARGS__); note(violations, sizeof violations, line); } while (0)

/* Every function of Security begins with this: it notes the call, hangs or fails where it was told to. */
static int enter(const char *name) {
    note(calls, sizeof calls, name);
    if (!strcmp(hanging, name)) {
        struct timespec pause = {0, 5 * 1000 * 1000};
        while (!released) nanosleep(&pause, 0);
    }
    GUARD;
    return strcmp(failing, name) || failing_after-- > 0 ? 0 : failure;
}

static object *make(enum type type) {
    object *o = calloc(1, sizeof *o);
    o->magic = MAGIC; o->type = type; o->references = 1;
    __sync_fetch_and_add(&live, 1);
    return o;
}
static object *make_bytes(enum type type, const void *bytes, long count) {
    object *o = make(type);
    o->bytes = malloc(count + 1); memcpy(o->bytes, bytes, count); o->bytes[count] = 0; o->count = count;
    return o;
}
static int is(const char *who, const char *what, object *o, enum type type) {
    if (o && o->magic == MAGIC && o->references > 0 && o->type == type) return 1;
    VIOLATION("%s: %s is no live object of type %d", who, what, type);
    return 0;
}
static object *retain(object *o) { if (!o->constant) __sync_fetch_and_add(&o->references, 1); return o; }
object *CFRetain(object *o) {
    if (!o || o->magic != MAGIC || o->references <= 0 || o->constant) { VIOLATION("CFRetain: not a live object"); return o; }
    return retain(o);
}
void CFRelease(object *o) {
    if (!o || o->magic != MAGIC || o->references <= 0) { VIOLATION("CFRelease: not a live object"); return; }
    if (o->constant) { VIOLATION("CFRelease: a constant"); return; }
    if (__sync_sub_and_fetch(&o->references, 1)) return;
    if (o->type == DICTIONARY || o->type == ARRAY || o->type == TRUST)
        for (long i = 0; i < o->count; i++) {
            if (o->keys && !o->keys[i]->constant) CFRelease(o->keys[i]);
            if (!o->values[i]->constant) CFRelease(o->values[i]);
        }
    /* The memory stays, so that a use after this is seen. */
    o->magic = 0xDEAD;
    __sync_fetch_and_sub(&live, 1);
}

/* Constants: a variable that holds a string, except the callbacks, which are structures. */
#define CONSTANT(name) object *name;
CONSTANT(kSecClass) CONSTANT(kSecClassCertificate) CONSTANT(kSecValueRef) CONSTANT(kSecAttrLabel) CONSTANT(kSecUseKeychain)
CONSTANT(kSecMatchLimit) CONSTANT(kSecMatchLimitAll) CONSTANT(kSecMatchSearchList) CONSTANT(kSecReturnRef) CONSTANT(kCFBooleanTrue)
CONSTANT(kSecPolicyOid) CONSTANT(kSecPolicyAppleSSL)
struct callbacks { long version; void *functions[5]; } kCFTypeDictionaryKeyCallBacks, kCFTypeDictionaryValueCallBacks, kCFTypeArrayCallBacks;

__attribute__((constructor)) static void constants(void) {
#define SET(name) name = make_bytes(STRING, #name, sizeof #name - 1); name->constant = 1; live--;
    SET(kSecClass) SET(kSecClassCertificate) SET(kSecValueRef) SET(kSecAttrLabel) SET(kSecUseKeychain)
    SET(kSecMatchLimit) SET(kSecMatchLimitAll) SET(kSecMatchSearchList) SET(kSecReturnRef) SET(kSecPolicyOid) SET(kSecPolicyAppleSSL)
    kCFBooleanTrue = make(BOOLEAN); kCFBooleanTrue->constant = 1; live--;
}

object *CFDataCreate(void *allocator, const unsigned char *bytes, long count) {
    if (allocator || count < 0 || (count && !bytes)) VIOLATION("CFDataCreate: arguments");
    return enter("CFDataCreate") ? 0 : make_bytes(DATA, bytes, count);
}
long CFDataGetLength(object *o) { return is("CFDataGetLength", "data", o, DATA) ? o->count : 0; }
unsigned char *CFDataGetBytePtr(object *o) { return is("CFDataGetBytePtr", "data", o, DATA) ? o->bytes : 0; }
object *CFStringCreateWithBytes(void *allocator, const unsigned char *bytes, long count, uint32_t encoding, unsigned char external) {
    if (allocator || !bytes || encoding != UTF8 || external) VIOLATION("CFStringCreateWithBytes: arguments");
    return enter("CFStringCreateWithBytes") ? 0 : make_bytes(STRING, bytes, count);
}
boolean CFStringGetCString(object *o, char *buffer, long size, uint32_t encoding) {
    if (!is("CFStringGetCString", "string", o, STRING) || encoding != UTF8 || size <= 0) { VIOLATION("CFStringGetCString: arguments"); return BOOL(0); }
    if (o->count >= size) return BOOL(0);
    memcpy(buffer, o->bytes, o->count + 1);
    return BOOL(1);
}
static object *collect(const char *who, enum type type, object **keys, object **values, long count) {
    object *o = make(type);
    o->count = count; o->values = calloc(count + 1, sizeof *values); o->keys = keys ? calloc(count + 1, sizeof *keys) : 0;
    for (long i = 0; i < count; i++) {
        if (!values[i] || values[i]->magic != MAGIC || (keys && (!keys[i] || keys[i]->magic != MAGIC))) { VIOLATION("%s: member %ld is no object", who, i); o->count = i; break; }
        o->values[i] = retain(values[i]);
        if (keys) o->keys[i] = retain(keys[i]);
    }
    return o;
}
/* Gives the members away. */
static object *collect_own(enum type type, object **keys, object **values, long count) {
    object *o = collect("", type, keys, values, count);
    for (long i = 0; i < count; i++) {
        if (keys && !keys[i]->constant) CFRelease(keys[i]);
        if (!values[i]->constant) CFRelease(values[i]);
    }
    return o;
}
object *CFDictionaryCreate(void *allocator, object **keys, object **values, long count, void *key_callbacks, void *value_callbacks) {
    if (allocator || key_callbacks != &kCFTypeDictionaryKeyCallBacks || value_callbacks != &kCFTypeDictionaryValueCallBacks) VIOLATION("CFDictionaryCreate: arguments");
    return enter("CFDictionaryCreate") ? 0 : collect("CFDictionaryCreate", DICTIONARY, keys, values, count);
}
object *CFArrayCreate(void *allocator, object **values, long count, void *callbacks) {
    if (allocator || callbacks != &kCFTypeArrayCallBacks) VIOLATION("CFArrayCreate: arguments");
    return enter("CFArrayCreate") ? 0 : collect("CFArrayCreate", ARRAY, 0, values, count);
}
static object *get(object *dictionary, const char *key) {
    for (long i = 0; i < dictionary->count; i++)
        if (!strcmp((char *)dictionary->keys[i]->bytes, key)) return dictionary->values[i];
    return 0;
}
object *CFDictionaryGetValue(object *o, object *key) {
    return is("CFDictionaryGetValue", "dictionary", o, DICTIONARY) && is("CFDictionaryGetValue", "key", key, STRING) ? get(o, (char *)key->bytes) : 0;
}
boolean CFEqual(object *a, object *b) {
    if (!is("CFEqual", "one", a, STRING) || !is("CFEqual", "other", b, STRING)) return BOOL(0);
    return BOOL(a->count == b->count && !memcmp(a->bytes, b->bytes, a->count));
}
long CFArrayGetCount(object *o) { return is("CFArrayGetCount", "array", o, ARRAY) ? o->count : 0; }
object *CFArrayGetValueAtIndex(object *o, long i) {
    if (!is("CFArrayGetValueAtIndex", "array", o, ARRAY) || i < 0 || i >= o->count) { VIOLATION("CFArrayGetValueAtIndex: %ld", i); return 0; }
    return o->values[i];
}
boolean CFNumberGetValue(object *o, long type, int *value) {
    if (!is("CFNumberGetValue", "number", o, NUMBER) || type != 3 || !value) { VIOLATION("CFNumberGetValue: arguments"); return BOOL(0); }
    *value = o->number;
    return BOOL(1);
}
long CFErrorGetCode(object *o) { return is("CFErrorGetCode", "error", o, FAULT) ? o->number : 0; }
object *CFErrorCopyDescription(object *o) {
    return is("CFErrorCopyDescription", "error", o, FAULT) && !enter("CFErrorCopyDescription") ? make_bytes(STRING, o->bytes, o->count) : 0;
}
