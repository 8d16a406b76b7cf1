namespace Locald.Trust;

/// <summary>Tells a build server's job, where a window would wait for nobody, from a person.</summary>
internal static class AutomatedBuild
{
    /// <summary>What build servers set. Azure Pipelines and Jenkins do not set <c>CI</c>.</summary>
    private static readonly string[] s_variables = ["CI", "TF_BUILD", "JENKINS_URL", "TEAMCITY_VERSION"];

    public static bool IsThis(Func<string, string?> variable) =>
        s_variables.Any(name => variable(name) is { Length: > 0 } value && !value.Equals("false", StringComparison.OrdinalIgnoreCase) && value != "0");
}
