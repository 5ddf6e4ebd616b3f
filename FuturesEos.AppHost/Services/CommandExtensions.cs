using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace FuturesEos.AppHost.Services;

/// <summary>What a person can do to the system from the dashboard.</summary>
internal static class CommandExtensions
{
    private const string PidProperty = "executable.pid";

    /// <summary>SIGKILL, and a new start: nothing is lost, nothing is doubled.</summary>
    public static IResourceBuilder<ProjectResource> WithKillCommand(this IResourceBuilder<ProjectResource> service) => service.WithCommand(
        "kill", "Kill it", KillAsync,
        new CommandOptions
        {
            Description = "Ends the process at once, as a power cut would, and starts it again",
            ConfirmationMessage = "Kill the process?",
            IconName = "Flash",
            UpdateState = context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running
                ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
        });

    /// <summary>Starts a tool and waits for its end: its exit code is the command's result.</summary>
    public static IResourceBuilder<ProjectResource> WithToolCommand(
        this IResourceBuilder<ProjectResource> service, string tool, string displayName) => service.WithCommand(
        tool, displayName, context => RunToolAsync(tool, context),
        new CommandOptions
        {
            Description = $"Runs {tool}; its output is in the log of that name", IconName = "Play",
            IsHighlighted = true
        });

    private static async Task<ExecuteCommandResult> KillAsync(ExecuteCommandContext context)
    {
        var notifications = context.Services.GetRequiredService<ResourceNotificationService>();
        if (!notifications.TryGetCurrentState(context.ResourceName, out var now) || PidOf(now.Snapshot) is not { } pid)
            return CommandResults.Failure($"{context.ResourceName} has no process");
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
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

    private static async Task<ExecuteCommandResult> RunToolAsync(string tool, ExecuteCommandContext context)
    {
        var begin = DateTime.UtcNow;
        var commands = context.Services.GetRequiredService<ResourceCommandService>();
        var started =
            await commands.ExecuteCommandAsync(tool, KnownResourceCommands.StartCommand, context.CancellationToken);
        if (!started.Success) return started;
        var notifications = context.Services.GetRequiredService<ResourceNotificationService>();
        // an earlier run's end is not this one's
        var ended = await notifications.WaitForResourceAsync(
            tool,
            e => IsOver(e.Snapshot) && e.Snapshot.StopTimeStamp?.ToUniversalTime() >= begin, context.CancellationToken);
        return ended.Snapshot.ExitCode is 0
            ? CommandResults.Success($"{tool}: done")
            : CommandResults.Failure($"{tool} ended with {ended.Snapshot.ExitCode}: see its log");
    }

    private static bool IsOver(CustomResourceSnapshot snapshot) =>
        snapshot.State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text);

    private static int? PidOf(CustomResourceSnapshot snapshot) =>
        snapshot.Properties.FirstOrDefault(property => property.Name == PidProperty)?.Value is { } pid
            ? Convert.ToInt32(pid, CultureInfo.InvariantCulture) : null;
}
