using System.Diagnostics;

namespace Locald.EndToEnd.Fixtures;

/// <summary>A headless browser with one page.</summary>
public interface IBrowser : IAsyncDisposable
{
    /// <summary>Opens a URL. Returns the browser's reason where it shows an error instead, or null where the page came.</summary>
    Task<string?> OpenAsync(string url);

    /// <summary>Evaluates a JavaScript expression in the page, waits for a promise, and returns its value as text.</summary>
    Task<string> EvaluateAsync(string expression);

    /// <summary>Waits until an expression in the page gives this text.</summary>
    /// <exception cref="TimeoutException">It did not within the limit; the message tells what it gave instead.</exception>
    async Task UntilAsync(string expression, string expected, TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        string seen;
        while ((seen = await EvaluateAsync(expression)) != expected)
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
            {
                throw new TimeoutException($"{expression} is {seen}, not {expected}");
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
