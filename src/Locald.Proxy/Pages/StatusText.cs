namespace Locald.Proxy.Pages;

/// <summary>What a status means for the person who gets it.</summary>
internal static class StatusText
{
    internal static (string Kind, string Title) Of(int status) => status switch
    {
        400 => ("bad-request", "That request cannot be read"),
        403 => ("forbidden", "That may not be read"),
        404 => ("not-found", "There is nothing here"),
        405 => ("method-not-allowed", "Not with this method"),
        408 => ("request-timeout", "The request took too long"),
        412 => ("precondition-failed", "Not under this condition"),
        413 => ("content-too-large", "The request is too large"),
        414 => ("uri-too-long", "The address is too long"),
        416 => ("range-not-satisfiable", "There is no such part"),
        417 => ("expectation-failed", "That expectation cannot be met"),
        431 => ("fields-too-large", "The request's fields are too large"),
        501 => ("not-implemented", "That is not implemented"),
        503 => ("unavailable", "Not now"),
        508 => ("loop-detected", "The request goes in circles"),
        505 => ("version-not-supported", "That version of HTTP is not spoken here"),
        < 500 => ("refused", "The request was refused"),
        _ => ("failed", "locald failed"),
    };
}
