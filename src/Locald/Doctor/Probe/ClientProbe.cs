namespace Locald.Doctor.Probe;

/// <summary>
/// Asks one client, in the environment that the user has. Where that is no yes it is asked again without the variables that change its
/// roots, and then with those that <c>locald env</c> sets: which of the three it takes tells what is in the way, and so what helps.
/// </summary>
internal sealed class ClientProbe(ClientProgram client, string path, Session session, ProbeTarget target)
{
    private readonly string _title = $"{client.Program} ({path})";

    /// <param name="systemTrusts">Whether the system's store was seen to hold the root.</param>
    /// <param name="stop">Ends the waiting.</param>
    internal async Task<Check> RunAsync(bool systemTrusts, CancellationToken stop)
    {
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limited.CancelAfter(client.Limit);
        try
        {
            return await JudgeAsync(systemTrusts, limited.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new(client.Id, Severity.Info, $"{_title} gave no answer within {client.Limit.TotalSeconds:0} s");
        }
    }

    private async Task<Check> JudgeAsync(bool systemTrusts, CancellationToken stop)
    {
        string[] set = [.. client.Variables.Where(v => session.Variable(v) is not null)];
        Answer theirs = await AskAsync(client.Variables.Select(v => (v, session.Variable(v))), stop);
        if (theirs.Verdict == Verdict.Accepts)
        {
            return new(client.Id, Severity.Ok, $"{_title} accepts a certificate made just now");
        }

        IEnumerable<(string, string?)> without = client.Variables.Select(v => (v, (string?)null));
        Answer bare = set.Length == 0 ? theirs : await AskAsync(without, stop);
        if (bare.Verdict == Verdict.Accepts)
        {
            string settings = string.Join(", ", set.Select(v => $"{v}={session.Variable(v)}"));
            return new(client.Id, Severity.Warning, $"{_title} accepts a certificate of ours, but not with {settings}: {theirs.Reason}", client.Mend(path));
        }

        if (bare.Verdict == Verdict.None)
        {
            return new(client.Id, Severity.Info, $"{_title} could not be asked: {bare.Reason}");
        }

        if (client.ReadsSystemStore && !systemTrusts)
        {
            return new(client.Id, Severity.Failed, $"{_title} refuses our certificates: {bare.Reason}", "locald trust") { IsTrustAlone = true };
        }

        (string, string?)[] taught = [.. client.Taught(target.RootPem).Select(v => (v.Name, (string?)v.Value))];
        return taught.Length > 0 && (await AskAsync(without.Concat(taught), stop)).Verdict != Verdict.Accepts
            ? new(client.Id, Severity.Failed, $"{_title} refuses our certificates even when it is handed the root, so that it may be too old: {bare.Reason}")
            : new(client.Id, Severity.Warning, $"{_title} has roots of its own and refuses our certificates: {bare.Reason}", client.Mend(path));
    }

    private async Task<Answer> AskAsync(IEnumerable<(string Name, string? Value)> environment, CancellationToken stop) =>
        client.Judge(await ProgramRun.OfAsync(path, client.Arguments(target), environment, stop));
}
