/*
 * CoreFoundation and Security as far as locald calls them: objects with counted references, keychains, two domains of trust settings,
 * and an evaluator whose verdict follows from them. Every argument is checked; what is wrong is written down (fake_violations), so that
 * a test fails by it. It proves that we call what the headers say, not how Apple's frameworks behave.
 */
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
    int number;
} object;

static long live;
static char violations[65536], calls[65536];
static char failing[64], hanging[64];
static int failure;
static volatile int released;
static unsigned session = 0x10;

static void note(char *log, size_t size, const char *line) {
    if (strlen(log) + strlen(line) + 2 < size) { strcat(log, line); strcat(log, "\n"); }
}
#define VIOLATION(...) do { char line[512]; snprintf(line, sizeof line, __VA_ARGS__); note(violations, sizeof violations, line); } while (0)

/* Every function begins with this: it notes the call, hangs or fails where it was told to. */
static int enter(const char *name) {
    note(calls, sizeof calls, name);
    if (!strcmp(hanging, name)) {
        struct timespec pause = {0, 5 * 1000 * 1000};
        while (!released) nanosleep(&pause, 0);
    }
    return strcmp(failing, name) ? 0 : failure;
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
void CFRelease(object *o) {
    if (!o || o->magic != MAGIC || o->references <= 0) { VIOLATION("CFRelease: not a live object"); return; }
    if (o->constant) { VIOLATION("CFRelease: a constant"); return; }
    if (__sync_sub_and_fetch(&o->references, 1)) return;
    if (o->type == DICTIONARY || o->type == ARRAY || o->type == TRUST)
        for (long i = 0; i < o->count; i++) {
            if (o->keys && !o->keys[i]->constant) CFRelease(o->keys[i]);
            if (!o->values[i]->constant) CFRelease(o->values[i]);
        }
    o->magic = 0xDEAD;
    __sync_fetch_and_sub(&live, 1);
}

/* Constants: a variable that holds a string, except the callbacks, which are structures. */
#define CONSTANT(name) object *name;
CONSTANT(kSecClass) CONSTANT(kSecClassCertificate) CONSTANT(kSecValueRef) CONSTANT(kSecAttrLabel) CONSTANT(kSecUseKeychain)
CONSTANT(kSecMatchLimit) CONSTANT(kSecMatchLimitAll) CONSTANT(kSecReturnRef) CONSTANT(kCFBooleanTrue)
struct callbacks { long version; void *functions[5]; } kCFTypeDictionaryKeyCallBacks, kCFTypeDictionaryValueCallBacks, kCFTypeArrayCallBacks;

__attribute__((constructor)) static void constants(void) {
#define SET(name) name = make_bytes(STRING, #name, sizeof #name - 1); name->constant = 1; live--;
    SET(kSecClass) SET(kSecClassCertificate) SET(kSecValueRef) SET(kSecAttrLabel) SET(kSecUseKeychain)
    SET(kSecMatchLimit) SET(kSecMatchLimitAll) SET(kSecReturnRef)
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
    return make_bytes(STRING, bytes, count);
}
unsigned char CFStringGetCString(object *o, char *buffer, long size, uint32_t encoding) {
    if (!is("CFStringGetCString", "string", o, STRING) || encoding != UTF8 || size <= 0) { VIOLATION("CFStringGetCString: arguments"); return 0; }
    if (o->count >= size) return 0;
    memcpy(buffer, o->bytes, o->count + 1);
    return 1;
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
object *CFDictionaryCreate(void *allocator, object **keys, object **values, long count, void *key_callbacks, void *value_callbacks) {
    if (allocator || key_callbacks != &kCFTypeDictionaryKeyCallBacks || value_callbacks != &kCFTypeDictionaryValueCallBacks) VIOLATION("CFDictionaryCreate: arguments");
    return collect("CFDictionaryCreate", DICTIONARY, keys, values, count);
}
object *CFArrayCreate(void *allocator, object **values, long count, void *callbacks) {
    if (allocator || callbacks != &kCFTypeArrayCallBacks) VIOLATION("CFArrayCreate: arguments");
    return collect("CFArrayCreate", ARRAY, 0, values, count);
}
static object *get(object *dictionary, const char *key) {
    for (long i = 0; i < dictionary->count; i++)
        if (!strcmp((char *)dictionary->keys[i]->bytes, key)) return dictionary->values[i];
    return 0;
}
object *CFDictionaryGetValue(object *o, object *key) {
    return is("CFDictionaryGetValue", "dictionary", o, DICTIONARY) && is("CFDictionaryGetValue", "key", key, STRING) ? get(o, (char *)key->bytes) : 0;
}
long CFArrayGetCount(object *o) { return is("CFArrayGetCount", "array", o, ARRAY) ? o->count : 0; }
object *CFArrayGetValueAtIndex(object *o, long i) {
    if (!is("CFArrayGetValueAtIndex", "array", o, ARRAY) || i < 0 || i >= o->count) { VIOLATION("CFArrayGetValueAtIndex: %ld", i); return 0; }
    return o->values[i];
}
unsigned char CFNumberGetValue(object *o, long type, int *value) {
    if (!is("CFNumberGetValue", "number", o, NUMBER) || type != 3 || !value) { VIOLATION("CFNumberGetValue: arguments"); return 0; }
    *value = o->number;
    return 1;
}
long CFErrorGetCode(object *o) { return is("CFErrorGetCode", "error", o, FAULT) ? o->number : 0; }
object *CFErrorCopyDescription(object *o) { return is("CFErrorCopyDescription", "error", o, FAULT) ? make_bytes(STRING, o->bytes, o->count) : 0; }

/* The machine: certificates in keychains, and what each domain says of a certificate. */
#define MOST 64
static struct { unsigned char der[4096]; long count; char keychain[256]; } items[MOST];
static struct { unsigned char der[4096]; long count; int result; } settings[2][MOST];
static int item_count, setting_count[2];

static int same(const unsigned char *a, long n, object *certificate) { return n == certificate->count && !memcmp(a, certificate->bytes, n); }

object *SecCertificateCreateWithData(void *allocator, object *data) {
    if (allocator || !is("SecCertificateCreateWithData", "data", data, DATA)) { VIOLATION("SecCertificateCreateWithData: arguments"); return 0; }
    return enter("SecCertificateCreateWithData") || data->count < 2 || data->bytes[0] != 0x30 ? 0 : make_bytes(CERTIFICATE, data->bytes, data->count);
}
object *SecCertificateCopyData(object *c) { return is("SecCertificateCopyData", "certificate", c, CERTIFICATE) ? make_bytes(DATA, c->bytes, c->count) : 0; }

static int query(const char *who, object *q, object **certificate) {
    if (!is(who, "query", q, DICTIONARY)) return 0;
    for (long i = 0; i < q->count; i++)
        if (!q->keys[i]->constant) VIOLATION("%s: key %s is no exported constant", who, q->keys[i]->bytes);
    if (get(q, "kSecClass") != kSecClassCertificate) VIOLATION("%s: kSecClass", who);
    *certificate = get(q, "kSecValueRef");
    return !*certificate || is(who, "kSecValueRef", *certificate, CERTIFICATE);
}
int32_t SecItemAdd(object *attributes, object **result) {
    object *certificate;
    int status = enter("SecItemAdd");
    if (!query("SecItemAdd", attributes, &certificate) || !certificate || result) { VIOLATION("SecItemAdd: arguments"); return -50; }
    object *label = get(attributes, "kSecAttrLabel"), *keychain = get(attributes, "kSecUseKeychain");
    is("SecItemAdd", "label", label, STRING);
    if (keychain) is("SecItemAdd", "keychain", keychain, KEYCHAIN);
    if (status) return status;
    for (int i = 0; i < item_count; i++) if (same(items[i].der, items[i].count, certificate)) return -25299;
    memcpy(items[item_count].der, certificate->bytes, certificate->count);
    items[item_count].count = certificate->count;
    snprintf(items[item_count++].keychain, 256, "%s", keychain ? (char *)keychain->bytes : "default");
    return 0;
}
int32_t SecItemCopyMatching(object *q, object **result) {
    object *certificate, *found[MOST];
    int status = enter("SecItemCopyMatching");
    if (!query("SecItemCopyMatching", q, &certificate) || !result) { VIOLATION("SecItemCopyMatching: arguments"); return -50; }
    if (get(q, "kSecMatchLimit") != kSecMatchLimitAll || get(q, "kSecReturnRef") != kCFBooleanTrue) VIOLATION("SecItemCopyMatching: limit or return");
    *result = 0;
    if (status) return status;
    if (!item_count) return -25300;
    for (int i = 0; i < item_count; i++) found[i] = make_bytes(CERTIFICATE, items[i].der, items[i].count);
    *result = collect("SecItemCopyMatching", ARRAY, 0, found, item_count);
    for (int i = 0; i < item_count; i++) CFRelease(found[i]);
    return 0;
}
int32_t SecItemDelete(object *q) {
    object *certificate;
    int status = enter("SecItemDelete");
    if (!query("SecItemDelete", q, &certificate) || !certificate) { VIOLATION("SecItemDelete: without an exact reference"); return -50; }
    if (status) return status;
    for (int i = 0; i < item_count; i++)
        if (same(items[i].der, items[i].count, certificate)) { items[i] = items[--item_count]; return 0; }
    return -25300;
}
int32_t SecKeychainOpen(const char *path, object **keychain) {
    int status = enter("SecKeychainOpen");
    if (!path || path[0] != '/' || !keychain) { VIOLATION("SecKeychainOpen: arguments"); return -50; }
    *keychain = status ? 0 : make_bytes(KEYCHAIN, path, strlen(path));
    return status;
}
static int domain_of(const char *who, object *certificate, uint32_t domain) {
    is(who, "certificate", certificate, CERTIFICATE);
    if (domain > 1) { VIOLATION("%s: domain %u", who, domain); return 0; }
    return domain;
}
int32_t SecTrustSettingsSetTrustSettings(object *certificate, uint32_t domain, object *value) {
    int status = enter(domain ? "SecTrustSettingsSetTrustSettings(admin)" : "SecTrustSettingsSetTrustSettings(user)"), d = domain_of("SetTrustSettings", certificate, domain);
    if (value) VIOLATION("SetTrustSettings: always trust is NULL");
    if (!status) status = enter("SecTrustSettingsSetTrustSettings");
    if (status) return status;
    for (int i = 0; i < setting_count[d]; i++) if (same(settings[d][i].der, settings[d][i].count, certificate)) { settings[d][i].result = 0; return 0; }
    memcpy(settings[d][setting_count[d]].der, certificate->bytes, certificate->count);
    settings[d][setting_count[d]].result = 0;
    settings[d][setting_count[d]++].count = certificate->count;
    return 0;
}
int32_t SecTrustSettingsCopyTrustSettings(object *certificate, uint32_t domain, object **value) {
    int status = enter("SecTrustSettingsCopyTrustSettings"), d = domain_of("CopyTrustSettings", certificate, domain);
    *value = 0;
    if (status) return status;
    for (int i = 0; i < setting_count[d]; i++)
        if (same(settings[d][i].der, settings[d][i].count, certificate)) {
            int result = settings[d][i].result;
            if (!result) { *value = collect("", ARRAY, 0, 0, 0); return 0; }
            object *key = make_bytes(STRING, "kSecTrustSettingsResult", 23), *number = make(NUMBER), *dictionary;
            number->number = result;
            dictionary = result == 99 ? collect("", DICTIONARY, &key, &number, 0) : collect("", DICTIONARY, &key, &number, 1);
            *value = collect("", ARRAY, 0, &dictionary, 1);
            CFRelease(key); CFRelease(number); CFRelease(dictionary);
            return 0;
        }
    return -25300;
}
int32_t SecTrustSettingsRemoveTrustSettings(object *certificate, uint32_t domain) {
    int status = enter("SecTrustSettingsRemoveTrustSettings"), d = domain_of("RemoveTrustSettings", certificate, domain);
    if (status) return status;
    for (int i = 0; i < setting_count[d]; i++)
        if (same(settings[d][i].der, settings[d][i].count, certificate)) { settings[d][i] = settings[d][--setting_count[d]]; return 0; }
    return -25300;
}
int32_t SecTrustSettingsCopyCertificates(uint32_t domain, object **value) {
    object *found[MOST];
    int status = enter("SecTrustSettingsCopyCertificates");
    *value = 0;
    if (domain > 1) VIOLATION("CopyCertificates: domain %u", domain);
    if (status) return status;
    if (!setting_count[domain]) return -25263;
    for (int i = 0; i < setting_count[domain]; i++) found[i] = make_bytes(CERTIFICATE, settings[domain][i].der, settings[domain][i].count);
    *value = collect("", ARRAY, 0, found, setting_count[domain]);
    for (int i = 0; i < setting_count[domain]; i++) CFRelease(found[i]);
    return 0;
}
object *SecPolicyCreateSSL(unsigned char server, object *host) {
    if (server != 1 || !is("SecPolicyCreateSSL", "host", host, STRING)) VIOLATION("SecPolicyCreateSSL: arguments");
    return make_bytes(POLICY, host->bytes, host->count);
}
int32_t SecTrustCreateWithCertificates(object *certificates, object *policies, object **trust) {
    int status = enter("SecTrustCreateWithCertificates");
    is("SecTrustCreateWithCertificates", "certificates", certificates, ARRAY);
    is("SecTrustCreateWithCertificates", "policy", policies, POLICY);
    *trust = 0;
    if (status) return status;
    object *members[2] = {certificates->values[0], policies};
    is("SecTrustCreateWithCertificates", "leaf", members[0], CERTIFICATE);
    *trust = collect("", TRUST, 0, members, 2);
    return 0;
}
/* A leaf belongs to a root whose common name is in it; the name is behind the byte of its length. */
static int issued(object *leaf, const unsigned char *root, long count) {
    const unsigned char *name = memmem(root, count, "locald CA ", 10);
    return name && memmem(leaf->bytes, leaf->count, name, name[-1]) != 0;
}
unsigned char SecTrustEvaluateWithError(object *trust, object **error) {
    int status = enter("SecTrustEvaluateWithError"), accepted = 0;
    is("SecTrustEvaluateWithError", "trust", trust, TRUST);
    object *leaf = trust->values[0], *policy = trust->values[1];
    /* The user's domain outweighs the machine's. */
    for (int d = 1; d >= 0; d--)
        for (int i = 0; i < setting_count[d]; i++)
            if (issued(leaf, settings[d][i].der, settings[d][i].count)) accepted = settings[d][i].result != 3;
    if (!memmem(leaf->bytes, leaf->count, policy->bytes, policy->count)) accepted = 0;
    *error = 0;
    if (accepted && !status) return 1;
    *error = make_bytes(FAULT, "the certificate is not trusted.", 31);
    (*error)->number = status ? status : -67843;
    return 0;
}
object *SecCopyErrorMessageString(int32_t status, void *reserved) {
    char text[64];
    if (reserved) VIOLATION("SecCopyErrorMessageString: reserved");
    if (status == -1) return 0;
    snprintf(text, sizeof text, "Something happened (%d).", status);
    return make_bytes(STRING, text, strlen(text));
}
int32_t SessionGetInfo(uint32_t id, uint32_t *got, uint32_t *attributes) {
    int status = enter("SessionGetInfo");
    if (id != 0xFFFFFFFF || !got || !attributes) VIOLATION("SessionGetInfo: arguments");
    *got = 100; *attributes = session;
    return status;
}

/* What tests ask and tell. */
void fake_reset(void) {
    item_count = setting_count[0] = setting_count[1] = 0;
    violations[0] = calls[0] = failing[0] = hanging[0] = 0;
    failure = 0; released = 0; session = 0x10;
}
void fake_fail(const char *function, int32_t status) { snprintf(failing, sizeof failing, "%s", function); failure = status; }
void fake_hang(const char *function) { snprintf(hanging, sizeof hanging, "%s", function); }
void fake_go_on(void) { released = 1; }
void fake_session(uint32_t attributes) { session = attributes; }
void fake_results(uint32_t domain, int result) { for (int i = 0; i < setting_count[domain]; i++) settings[domain][i].result = result; }
long fake_live(void) { return live; }
int fake_items(void) { return item_count; }
int fake_settings(uint32_t domain) { return setting_count[domain]; }
const char *fake_keychain(int i) { return items[i].keychain; }
const char *fake_violations(void) { return violations; }
const char *fake_calls(void) { return calls; }
