namespace Locald.Trusting;

internal enum StoreVerb
{
    Install,
    Remove,
}
