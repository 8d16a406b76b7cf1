using System.Security;

namespace Locald.Service;

/// <summary>A task of Windows that starts when its user logs on (Task Scheduler schema, schtasks). No port is privileged there.</summary>
internal static class ScheduledTask
{
    private const string Name = "locald";

    /// <param name="request">What is to be served.</param>
    /// <param name="folder">Where the task's description is kept.</param>
    internal static ServicePlan Of(ServiceRequest request, string folder)
    {
        string file = Path.Combine(folder, "service.xml");
        return new()
        {
            Kind = "task",
            Files = [new(file, Text(request))],
            Start = [["schtasks.exe", "/Create", "/F", "/TN", Name, "/XML", file], ["schtasks.exe", "/Run", "/TN", Name]],
            Stop = [["schtasks.exe", "/End", "/TN", Name], ["schtasks.exe", "/Delete", "/F", "/TN", Name]],
            IsActive = ["schtasks.exe", "/Query", "/TN", Name],
            Diagnosis = $"schtasks /Query /V /FO LIST /TN {Name}",
            Ports = request.Ports,
        };
    }

    private static string Text(ServiceRequest request) => $"""
        <?xml version="1.0"?>
        <!-- {ServicePlan.Mark} -->
        <Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
          <RegistrationInfo><Description>locald, HTTPS for names under .localhost</Description></RegistrationInfo>
          <Triggers><LogonTrigger><UserId>{SecurityElement.Escape(request.User)}</UserId></LogonTrigger></Triggers>
          <Principals>
            <Principal id="user"><UserId>{SecurityElement.Escape(request.User)}</UserId><LogonType>InteractiveToken</LogonType></Principal>
          </Principals>
          <Settings>
            <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
            <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
            <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
          </Settings>
          <Actions Context="user">
            <Exec>
              <Command>{SecurityElement.Escape(request.Program)}</Command>
              <Arguments>{SecurityElement.Escape(string.Join(' ', request.Line.Skip(1).Select(Word)))}</Arguments>
            </Exec>
          </Actions>
        </Task>

        """;

    /// <summary>A route holds no quotation mark: no folder of Windows has one.</summary>
    private static string Word(string text) => text.Contains(' ') ? $"\"{text}\"" : text;
}
