using System.Collections;

namespace FuturesEos.AppHost.Services;

/// <summary>Commands that run one of the product's programs to its end and show what it printed.</summary>
internal static class ProgramCommands
{
    private const int OutputLinesMax = 200;

    /// <summary>Adds one.</summary>
    /// <param name="service">Where the command is offered; the program gets the environment of this service.</param>
    /// <param name="name">Of the command.</param>
    /// <param name="displayName">As the dashboard names it.</param>
    /// <param name="project">The project that makes the program.</param>
    /// <param name="arguments">The program's command line, from the command's own arguments.</param>
    /// <param name="options">How the command is shown, and its arguments.</param>
    /// <param name="connectionStrings">In place of the service's own, by their names.</param>
    public static IResourceBuilder<ProjectResource> WithProgramCommand(
        this IResourceBuilder<ProjectResource> service,
        string name, string displayName, string project,
        Func<InteractionInputCollection, IReadOnlyList<string>> arguments,
        ProcessCommandOptions options,
        params (string Name, IResourceBuilder<IResourceWithConnectionString> Of)[] connectionStrings)
    {
        options.MaxOutputLineCount = OutputLinesMax;
        options.GetCommandResult = context => Task.FromResult(ResultOf(displayName, context));
        return service.WithProcessCommand(name, displayName, SpecifyAsync, options);

        async ValueTask<ProcessCommandSpec> SpecifyAsync(ExecuteCommandContext context)
        {
            var configured = await ExecutionConfigurationBuilder.Create(service.Resource)
                .WithEnvironmentVariablesConfig()
                .BuildAsync(service.ApplicationBuilder.ExecutionContext, context.Logger, context.CancellationToken);
            var environment = EnvironmentOf(
                Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
                    .Select(own => KeyValuePair.Create((string)own.Key, (string?)own.Value ?? "")),
                configured.EnvironmentVariables);
            environment["Logging__LogLevel__Default"] = "Warning"; // what is shown is the result
            foreach (var (connection, of) in connectionStrings)
            {
                environment[$"ConnectionStrings__{connection}"] =
                    await of.Resource.ConnectionStringExpression.GetValueAsync(context.CancellationToken) ?? "";
            }

            return new ProcessCommandSpec(Executable(project))
            {
                Arguments = arguments(context.Arguments),
                EnvironmentVariables = environment, InheritEnvironmentVariables = false,
            };
        }
    }

    /// <summary>
    /// The AppHost's own environment and over it the service's, both without an address to listen at: a launch profile
    /// gives the AppHost the dashboard's, and the service has its own port.
    /// </summary>
    internal static Dictionary<string, string> EnvironmentOf(
        IEnumerable<KeyValuePair<string, string>> own, IEnumerable<KeyValuePair<string, string>> service)
    {
        var environment = new Dictionary<string, string>();
        foreach (var (name, value) in own.Concat(service))
        {
            if (!name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase))
                environment[name] = value;
        }

        environment.Remove(Topology.ServiceSettings.HttpAddress);
        return environment;
    }

    private static ExecuteCommandResult ResultOf(string displayName, ProcessCommandResultContext context)
    {
        var output = context.GetFormattedOutput(OutputLinesMax, "…");
        var last = context.Output.Count > 0 ? context.Output[^1] : "it printed nothing";
        return context.ExitCode == 0
            ? CommandResults.Success(last, output, CommandResultFormat.Text, displayImmediately: true)
            : CommandResults.Failure(
                $"{displayName} ended with {context.ExitCode}: {last}",
                new CommandResultData { Value = output, Format = CommandResultFormat.Text, DisplayImmediately = true });
    }

    // beside our own build output, as the solution's build left it: artifacts/bin/PROJECT/CONFIGURATION
    private static string Executable(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var name = OperatingSystem.IsWindows() ? project + ".exe" : project;
        return Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, name);
    }
}
