namespace Locald.Trust.Policy;

/// <summary>A member of an object in a JSON text.</summary>
/// <param name="Name">Its name, unescaped.</param>
/// <param name="Start">Index of the byte at which its name begins.</param>
/// <param name="Value">Its value.</param>
internal sealed record JsonMember(string Name, int Start, JsonValue Value);
