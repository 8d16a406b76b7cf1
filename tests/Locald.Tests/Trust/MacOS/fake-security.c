/*
 * Security as far as locald calls it: keychains, two domains of trust settings, and an evaluator whose verdict follows from them.
 * It proves that we call what the headers say, not how Apple's frameworks behave.
 */
#include "fake-corefoundation.h"

enum policy { SSL = 1, BASIC, SMIME };
enum process { PERSON, ROOT, SUDO };

#define LOGIN "/Users/me/Library/Keychains/login.keychain-db"
#define SYSTEM "/Library/Keychains/System.keychain"

static int lag, dialogs, unprotected;
static enum process process;
static unsigned session = 0x10;

/* Certificates: DER as far as issuer and subject. */
typedef struct { const unsigned char *at; long count; } span;
static int element(span *rest, span *whole, span *content) {
    if (rest->count < 2) return 0;
    long length = rest->at[1], header = 2;
    if (length & 0x80) {
        int octets = length & 0x7F;
        if (octets < 1 || octets > 3 || rest->count < 2 + octets) return 0;
        for (length = 0; header < 2 + octets; header++) length = length << 8 | rest->at[header];
    }
    if (length > rest->count - header) return 0;
    *whole = (span){rest->at, header + length};
    *content = (span){rest->at + header, length};
    *rest = (span){rest->at + header + length, rest->count - header - length};
    return 1;
}
static int names(const unsigned char *der, long count, span *issuer, span *subject) {
    span rest = {der, count}, whole, content;
    if (!element(&rest, &whole, &content) || der[0] != 0x30 || rest.count) return 0;
    rest = content;
    if (!element(&rest, &whole, &content)) return 0;
    rest = content;
    if (!element(&rest, &whole, &content)) return 0;
    if (whole.at[0] == 0xA0 && !element(&rest, &whole, &content)) return 0;
    return element(&rest, &whole, &content) && element(&rest, issuer, &content) && element(&rest, &whole, &content) && element(&rest, subject, &content);
}
static int equal(span a, span b) { return a.count == b.count && !memcmp(a.at, b.at, a.count); }
static int self_signed(const unsigned char *der, long count) { span issuer, subject; return names(der, count, &issuer, &subject) && equal(issuer, subject); }
static int issued(object *leaf, const unsigned char *root, long count) {
    span issuer, subject, unused;
    return names(leaf->bytes, leaf->count, &issuer, &unused) && names(root, count, &unused, &subject) && equal(issuer, subject);
}
object *SecCertificateCreateWithData(void *allocator, object *data) {
    span issuer, subject;
    if (allocator || !is("SecCertificateCreateWithData", "data", data, DATA)) { VIOLATION("SecCertificateCreateWithData: arguments"); return 0; }
    return enter("SecCertificateCreateWithData") || !names(data->bytes, data->count, &issuer, &subject) ? 0 : make_bytes(CERTIFICATE, data->bytes, data->count);
}
object *SecCertificateCopyData(object *c) {
    return is("SecCertificateCopyData", "certificate", c, CERTIFICATE) && !enter("SecCertificateCopyData") ? make_bytes(DATA, c->bytes, c->count) : 0;
}

/* The machine: certificates in keychains. */
#define MOST 64
static struct { unsigned char der[4096]; long count; char keychain[256]; int id; } items[MOST];
static int item_count, last_id;

static int same(const unsigned char *a, long n, object *certificate) { return n == certificate->count && !memcmp(a, certificate->bytes, n); }
/* What this process searches where it names no keychains: a person's and the system's, or, as root, the system's alone. */
static int searched(int item, object *list) {
    if (!list) return process == PERSON || !strcmp(items[item].keychain, SYSTEM);
    for (long i = 0; i < list->count; i++) if (!strcmp(items[item].keychain, (char *)list->values[i]->bytes)) return 1;
    return 0;
}
static object *certificate_of(int item) { object *c = make_bytes(CERTIFICATE, items[item].der, items[item].count); c->number = items[item].id; return c; }

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
    GUARD;
    if (!query("SecItemAdd", attributes, &certificate) || !certificate || result) { VIOLATION("SecItemAdd: arguments"); return -50; }
    object *label = get(attributes, "kSecAttrLabel"), *keychain = get(attributes, "kSecUseKeychain");
    if (is("SecItemAdd", "label", label, STRING) && !memmem(certificate->bytes, certificate->count, label->bytes, label->count)) VIOLATION("SecItemAdd: label %s", label->bytes);
    if (keychain ? !is("SecItemAdd", "keychain", keychain, KEYCHAIN) : process != PERSON) VIOLATION("SecItemAdd: root's own default keychain is nobody's");
    const char *path = keychain ? (char *)keychain->bytes : LOGIN;
    if (status) return status;
    if (process == PERSON && !strcmp(path, SYSTEM)) return -61;
    for (int i = 0; i < item_count; i++) if (same(items[i].der, items[i].count, certificate) && !strcmp(items[i].keychain, path)) return -25299;
    memcpy(items[item_count].der, certificate->bytes, certificate->count);
    items[item_count].count = certificate->count;
    items[item_count].id = ++last_id;
    snprintf(items[item_count++].keychain, 256, "%s", path);
    return 0;
}
int32_t SecItemCopyMatching(object *q, object **result) {
    object *certificate, *found[MOST];
    int status = enter("SecItemCopyMatching"), count = 0;
    GUARD;
    if (!query("SecItemCopyMatching", q, &certificate) || certificate || !result) { VIOLATION("SecItemCopyMatching: arguments"); return -50; }
    if (get(q, "kSecMatchLimit") != kSecMatchLimitAll || get(q, "kSecReturnRef") != kCFBooleanTrue) VIOLATION("SecItemCopyMatching: limit or return");
    object *list = get(q, "kSecMatchSearchList");
    if (list && is("SecItemCopyMatching", "search list", list, ARRAY))
        for (long i = 0; i < list->count; i++) is("SecItemCopyMatching", "keychain", list->values[i], KEYCHAIN);
    *result = 0;
    if (status) return status;
    for (int i = 0; i < item_count; i++) if (searched(i, list)) found[count++] = certificate_of(i);
    if (count) *result = collect_own(ARRAY, 0, found, count);
    return count ? 0 : -25300;
}
int32_t SecItemDelete(object *q) {
    object *certificate;
    int status = enter("SecItemDelete");
    GUARD;
    if (!query("SecItemDelete", q, &certificate) || !certificate) { VIOLATION("SecItemDelete: without an exact reference"); return -50; }
    if (status) return status;
    for (int i = 0; i < item_count; i++)
        if (items[i].id == certificate->number) {
            if (process == PERSON && !strcmp(items[i].keychain, SYSTEM)) return -61;
            items[i] = items[--item_count];
            return 0;
        }
    /* SecKeychainItemDelete: "item must be persistent". A certificate made from bytes is in no keychain, whatever has the same bytes. */
    return -25304;
}
int32_t SecKeychainOpen(const char *path, object **keychain) {
    int status = enter("SecKeychainOpen");
    if (!path || path[0] != '/' || !keychain) { VIOLATION("SecKeychainOpen: arguments"); return -50; }
    *keychain = status ? 0 : make_bytes(KEYCHAIN, path, strlen(path));
    return status;
}

/* What each domain says of a certificate: no entry at all is "always trust". */
enum { FOR_SSL = 1, FOR_SMIME = 2, FOR_ONE_HOST = 4, FOR_ONE_PROGRAM = 8, NO_RESULT = 99 };
static struct { unsigned char der[4096]; long count; int entries, results[4], narrowings[4]; } settings[2][MOST];
static int setting_count[2];

static int domain_of(const char *who, object *certificate, uint32_t domain) {
    is(who, "certificate", certificate, CERTIFICATE);
    if (domain > 1) { VIOLATION("%s: domain %u", who, domain); return 0; }
    if (process == SUDO && domain == 0) VIOLATION("%s: under sudo the user's domain is root's own", who);
    return domain;
}
static int setting_of(int domain, object *certificate) {
    for (int i = 0; i < setting_count[domain]; i++) if (same(settings[domain][i].der, settings[domain][i].count, certificate)) return i;
    return -1;
}
/* Root is let through where System Integrity Protection is off; all others see a dialog, or nothing at all. */
static int authorize(int domain) {
    if (process != PERSON && domain == 1 && unprotected) return 0;
    dialogs++;
    return session & 0x10 ? 0 : -60007;
}
int32_t SecTrustSettingsSetTrustSettings(object *certificate, uint32_t domain, object *value) {
    int status = enter("SecTrustSettingsSetTrustSettings");
    GUARD;
    int d = domain_of("SetTrustSettings", certificate, domain);
    if (value) VIOLATION("SetTrustSettings: always trust is NULL");
    if (!self_signed(certificate->bytes, certificate->count)) return -50;
    if (!status) status = authorize(d);
    if (status) return status;
    int i = setting_of(d, certificate);
    if (i < 0) {
        i = setting_count[d]++;
        memcpy(settings[d][i].der, certificate->bytes, certificate->count);
        settings[d][i].count = certificate->count;
    }
    settings[d][i].entries = 0;
    return 0;
}
static object *policy_of(enum policy which, const char *host) { object *o = make_bytes(POLICY, host, strlen(host)); o->number = which; return o; }
static object *text(const char *bytes) { return make_bytes(STRING, bytes, strlen(bytes)); }
static object *entry_of(int result, int narrowing) {
    object *keys[5], *values[5];
    int count = 0;
    if (result != NO_RESULT) { keys[count] = text("kSecTrustSettingsResult"); values[count] = make(NUMBER); values[count++]->number = result; }
    if (narrowing & FOR_SSL) { keys[count] = text("kSecTrustSettingsPolicy"); values[count++] = policy_of(SSL, ""); }
    if (narrowing & FOR_SMIME) { keys[count] = text("kSecTrustSettingsPolicy"); values[count++] = policy_of(SMIME, ""); }
    if (narrowing & FOR_ONE_HOST) { keys[count] = text("kSecTrustSettingsPolicyString"); values[count++] = text("one.localhost"); }
    if (narrowing & FOR_ONE_PROGRAM) { keys[count] = text("kSecTrustSettingsApplication"); values[count++] = text("/Applications/One.app"); }
    return collect_own(DICTIONARY, keys, values, count);
}
int32_t SecTrustSettingsCopyTrustSettings(object *certificate, uint32_t domain, object **value) {
    int status = enter("SecTrustSettingsCopyTrustSettings");
    GUARD;
    int d = domain_of("CopyTrustSettings", certificate, domain), i = setting_of(d, certificate);
    object *entries[4];
    *value = 0;
    if (status || i < 0) return status ? status : -25300;
    for (int e = 0; e < settings[d][i].entries; e++) entries[e] = entry_of(settings[d][i].results[e], settings[d][i].narrowings[e]);
    *value = collect_own(ARRAY, 0, entries, settings[d][i].entries);
    return 0;
}
int32_t SecTrustSettingsRemoveTrustSettings(object *certificate, uint32_t domain) {
    int status = enter("SecTrustSettingsRemoveTrustSettings");
    GUARD;
    int d = domain_of("RemoveTrustSettings", certificate, domain), i = setting_of(d, certificate);
    if (!status && i >= 0) status = authorize(d);
    if (status || i < 0) return status ? status : -25300;
    settings[d][i] = settings[d][--setting_count[d]];
    return 0;
}
/* For the admin domain Apple's looks for the certificates in the System keychain alone. */
int32_t SecTrustSettingsCopyCertificates(uint32_t domain, object **value) {
    object *found[MOST];
    int status = enter("SecTrustSettingsCopyCertificates"), count = 0;
    GUARD;
    *value = 0;
    if (domain > 1) { VIOLATION("CopyCertificates: domain %u", domain); return -50; }
    if (status || !setting_count[domain]) return status ? status : -25263;
    for (int s = 0; s < setting_count[domain]; s++)
        for (int i = 0; i < item_count; i++)
            if (items[i].count == settings[domain][s].count && !memcmp(items[i].der, settings[domain][s].der, items[i].count)
                && (domain ? !strcmp(items[i].keychain, SYSTEM) : searched(i, 0))) { found[count++] = certificate_of(i); break; }
    *value = collect_own(ARRAY, 0, found, count);
    return 0;
}

/* The verdict. */
object *SecPolicyCreateSSL(unsigned char server, object *host) {
    if (server != 1 || !is("SecPolicyCreateSSL", "host", host, STRING)) { VIOLATION("SecPolicyCreateSSL: arguments"); return 0; }
    return enter("SecPolicyCreateSSL") ? 0 : policy_of(SSL, (char *)host->bytes);
}
object *SecPolicyCreateBasicX509(void) { return enter("SecPolicyCreateBasicX509") ? 0 : policy_of(BASIC, ""); }
object *SecPolicyCopyProperties(object *policy) {
    if (!is("SecPolicyCopyProperties", "policy", policy, POLICY) || enter("SecPolicyCopyProperties")) return 0;
    object *keys[] = {text("kSecPolicyOid")}, *values[] = {text(policy->number == SSL ? "kSecPolicyAppleSSL" : "kSecPolicyAppleSMIME")};
    return collect_own(DICTIONARY, keys, values, 1);
}
int32_t SecTrustCreateWithCertificates(object *certificates, object *policy, object **trust) {
    int status = enter("SecTrustCreateWithCertificates");
    *trust = 0;
    if (!is("SecTrustCreateWithCertificates", "certificates", certificates, ARRAY) || !certificates->count || !is("SecTrustCreateWithCertificates", "policy", policy, POLICY)) return -50;
    for (long i = 0; i < certificates->count; i++) is("SecTrustCreateWithCertificates", "certificate", certificates->values[i], CERTIFICATE);
    object *members[2] = {certificates, policy};
    if (!status) *trust = collect("", TRUST, 0, members, 2);
    return status;
}
int32_t SecTrustSetNetworkFetchAllowed(object *trust, unsigned char allowed) {
    int status = enter("SecTrustSetNetworkFetchAllowed");
    if (!is("SecTrustSetNetworkFetchAllowed", "trust", trust, TRUST) || allowed > 1) { VIOLATION("SecTrustSetNetworkFetchAllowed: arguments"); return -50; }
    trust->number = !allowed;
    return status;
}
/* 1 trust, -1 deny, 0 no word on an HTTPS server. */
static int word(int d, const unsigned char *root, long count) {
    for (int i = 0; i < setting_count[d]; i++) {
        if (settings[d][i].count != count || memcmp(settings[d][i].der, root, count)) continue;
        int verdict = settings[d][i].entries == 0;
        for (int e = 0; e < settings[d][i].entries; e++) {
            int result = settings[d][i].results[e];
            if (settings[d][i].narrowings[e] & ~FOR_SSL) continue;
            if (result == 3) return -1;
            if (result == 1 || result == 2 || result == NO_RESULT) verdict = 1;
        }
        return verdict;
    }
    return 0;
}
static int anchored(const unsigned char *root, long count) {
    /* A user's own setting overrules that of all users. */
    int own = process == SUDO ? 0 : word(0, root, count);
    return (own ? own : word(1, root, count)) > 0;
}
static int accepts(object *trust) {
    object *certificates = trust->values[0], *leaf = certificates->values[0], *policy = trust->values[1];
    if (policy->number == BASIC) return self_signed(leaf->bytes, leaf->count) && anchored(leaf->bytes, leaf->count);
    unsigned char name[256] = {0x82, policy->count};
    memcpy(name + 2, policy->bytes, policy->count);
    if (!memmem(leaf->bytes, leaf->count, name, policy->count + 2)) return 0;
    for (long i = 1; i < certificates->count; i++)
        if (issued(leaf, certificates->values[i]->bytes, certificates->values[i]->count) && anchored(certificates->values[i]->bytes, certificates->values[i]->count)) return 1;
    for (int i = 0; i < item_count; i++)
        if (searched(i, 0) && issued(leaf, items[i].der, items[i].count) && anchored(items[i].der, items[i].count)) return 1;
    return 0;
}
boolean SecTrustEvaluateWithError(object *trust, object **error) {
    int status = enter("SecTrustEvaluateWithError");
    GUARD;
    *error = 0;
    if (!is("SecTrustEvaluateWithError", "trust", trust, TRUST)) return BOOL(0);
    if (!trust->number) VIOLATION("SecTrustEvaluateWithError: may go to the network");
    if (lag-- <= 0 && !status && accepts(trust)) return BOOL(1);
    if (status == -1) return BOOL(0);
    *error = make_bytes(FAULT, "the certificate is not trusted.", 31);
    (*error)->number = status ? status : -67843;
    return BOOL(0);
}
object *SecCopyErrorMessageString(int32_t status, void *reserved) {
    char words[64];
    if (reserved) VIOLATION("SecCopyErrorMessageString: reserved");
    if (status == -1) return 0;
    snprintf(words, sizeof words, "Something happened (%d).", status);
    return text(words);
}
int32_t SessionGetInfo(uint32_t id, uint32_t *got, uint32_t *attributes) {
    int status = enter("SessionGetInfo");
    if (id != 0xFFFFFFFF || !got || !attributes) VIOLATION("SessionGetInfo: arguments");
    *got = 100; *attributes = session;
    return status;
}
int csr_check(uint32_t mask) {
    if (mask != 2) VIOLATION("csr_check: %u", mask);
    return unprotected ? 0 : -1;
}

/* What tests ask and tell. */
void fake_reset(void) {
    item_count = setting_count[0] = setting_count[1] = 0;
    violations[0] = calls[0] = failing[0] = hanging[0] = 0;
    failure = failing_after = lag = dialogs = unprotected = 0; released = 0; session = 0x10; process = PERSON;
}
void fake_fail(const char *function, int32_t status, int after) { GUARD; snprintf(failing, sizeof failing, "%s", function); failure = status; failing_after = after; }
void fake_hang(const char *function) { snprintf(hanging, sizeof hanging, "%s", function); }
void fake_go_on(void) { released = 1; }
void fake_session(uint32_t attributes) { session = attributes; }
void fake_process(int which, int may_do_all) { process = which; unprotected = may_do_all; }
void fake_lag(int evaluations) { lag = evaluations; }
void fake_entries(uint32_t domain, int count, const int *results, const int *narrowings) {
    for (int i = 0; i < setting_count[domain]; i++) {
        settings[domain][i].entries = count;
        memcpy(settings[domain][i].results, results, count * sizeof *results);
        memcpy(settings[domain][i].narrowings, narrowings, count * sizeof *narrowings);
    }
}
void fake_forget_items(void) { item_count = 0; }
long fake_live(void) { return live; }
int fake_dialogs(void) { return dialogs; }
int fake_items(void) { return item_count; }
int fake_settings(uint32_t domain) { return setting_count[domain]; }
const char *fake_keychain(int i) { return items[i].keychain; }
const char *fake_violations(void) { return violations; }
const char *fake_calls(void) { return calls; }
