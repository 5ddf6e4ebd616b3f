using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace FuturesEos.AppHost.Services;

/// <summary>What a person can do to the system from the dashboard.</summary>
internal static class CommandExtensions
{
    private const string PidProperty = "executable.pid";

    /// <summary>SIGKILL, and a new start: nothing is lost, nothing is doubled.</summary>
    public static IResourceBuilder<ProjectResource> WithKillCommand(
        this IResourceBuilder<ProjectResource> service) => service.WithCommand(
        "kill", "Kill it", KillAsync, new CommandOptions
        {
            Description = "Ends the process at once, as a power cut would, and starts it again",
            ConfirmationMessage = "Kill the process?",
            IconName = "Flash",
            UpdateState = context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running
                ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
        });

    private static async Task<ExecuteCommandResult> KillAsync(ExecuteCommandContext context)
    {
        var notifications = context.Services.GetRequiredService<ResourceNotificationService>();
        if (!notifications.TryGetCurrentState(context.ResourceName, out var now) || PidOf(now.Snapshot) is not { } pid)
            return CommandResults.Failure($"{context.ResourceName} has no process");
        try
        {
            using var process = Process.GetProcessById(pid);
            // Aspire starts a project by `dotnet run`, and knows that process: the service is a child of it
            process.Kill(entireProcessTree: true);
        }
        catch (ArgumentException)
        {
            return CommandResults.Failure($"process {pid} of {context.ResourceName} has ended already");
        }

        context.Logger.Killed(context.ResourceName, pid);
        await notifications.WaitForResourceAsync(
            now.Resource.Name,
            e => e.ResourceId == context.ResourceName && IsOver(e.Snapshot), context.CancellationToken);
        var commands = context.Services.GetRequiredService<ResourceCommandService>();
        return await commands.ExecuteCommandAsync(
            context.ResourceName, KnownResourceCommands.StartCommand, context.CancellationToken);
    }

    private static bool IsOver(CustomResourceSnapshot snapshot) =>
        snapshot.State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text);

    private static int? PidOf(CustomResourceSnapshot snapshot) =>
        snapshot.Properties.FirstOrDefault(property => property.Name == PidProperty)?.Value is { } pid
            ? Convert.ToInt32(pid, CultureInfo.InvariantCulture) : null;
}
