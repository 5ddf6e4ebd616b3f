using System.CommandLine;
using FuturesEos.ServiceDefaults.Options;

namespace FuturesEos.ServiceDefaults;

/// <summary>
/// The command line of a service: its settings as options, its modes as subcommands. Without a mode it runs as a
/// service; with one it does one thing and ends.
/// </summary>
public sealed class ServiceCommand : RootCommand
{
    /// <param name="description">What the service does.</param>
    public ServiceCommand(string description)
        : base(description)
    {
        // to be there without a mode is no error; who runs it is ServiceHost
        SetAction(static _ => ExitCode.Ok);
        foreach (var option in (Option[])[
            SettingOption.Of("--bootstrap-servers", "ConnectionStrings:kafka",
                "Kafka brokers, host:port separated by commas", "servers"),
            SettingOption.Of("--postgres", "ConnectionStrings:futures", "PostgreSQL connection string", "string"),
            SettingOption.Of("--http", HttpListener.AddressKey,
                "address of /health, /alive and /metrics; none without it", "host:port")])
            Options.Add(option);
    }

    /// <summary>Takes a class of settings, bound to this section.</summary>
    public ServiceCommand Takes<TOptions>(string section)
        where TOptions : class, new()
    {
        foreach (var option in SettingOption.OfAll(typeof(TOptions), section)) Options.Add(option);
        return this;
    }

    /// <summary>Has a mode, and what is given to it.</summary>
    public ServiceCommand Has(string mode, string description, params Argument[] arguments)
    {
        var command = new Command(mode, description);
        foreach (var argument in arguments) command.Arguments.Add(argument);
        command.SetAction(static _ => ExitCode.Ok);
        Subcommands.Add(command);
        return this;
    }

    /// <summary>The mode on a line; null: none, it runs as a service.</summary>
    public static string? ModeOf(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? null : parsed.CommandResult.Command.Name;
}
