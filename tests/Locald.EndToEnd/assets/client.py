# Asks each URL as a Python program does. Prints "URL OK TEXT" or "URL REFUSED REASON" for each.
import ssl
import sys
import urllib.request

strict = sys.argv[1] == "strict"
context = ssl.create_default_context()
if strict:
    # What Python 3.13 and later set by default.
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
for url in sys.argv[2:]:
    try:
        with urllib.request.urlopen(url, context=context, timeout=20) as response:
            print(url, "OK", response.read().decode().strip())
    except Exception as error:
        print(url, "REFUSED", error)
