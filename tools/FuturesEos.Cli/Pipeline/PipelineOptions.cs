using System.CommandLine;

namespace FuturesEos.Cli.Pipeline;

/// <summary>The options by which every command finds the pipeline it talks to, and how it prints.</summary>
internal static class PipelineOptions
{
    /// <summary>Kafka brokers; instead of those that <c>up</c> left word of.</summary>
    public static Option<string?> BootstrapServers { get; } = new("--bootstrap-servers")
    {
        Description = "Kafka brokers, host:port separated by commas (or ConnectionStrings__kafka)",
        HelpName = "HOST:PORT",
    };

    /// <summary>The database; instead of the one that <c>up</c> left word of.</summary>
    public static Option<string?> Postgres { get; } = new("--postgres")
    {
        Description = "PostgreSQL connection string (or ConnectionStrings__futures)",
        HelpName = "CONNECTION_STRING",
    };

    /// <summary>Where a pipeline keeps its data and its run file.</summary>
    public static Option<string?> Data { get; } = new("--data")
    {
        Description = "the pipeline's data folder (default .eos in the folder of the solution)",
        HelpName = "DIR",
    };

    /// <summary>JSON instead of a table.</summary>
    public static Option<bool> AsJson { get; } = new("--json") { Description = "print JSON" };

    /// <summary>Gives a command the three options that lead to a pipeline.</summary>
    public static T FindsPipeline<T>(this T command)
        where T : Command
    {
        command.Options.Add(BootstrapServers);
        command.Options.Add(Postgres);
        command.Options.Add(Data);
        return command;
    }

    /// <summary>Gives a command <c>--json</c>.</summary>
    public static T PrintsJson<T>(this T command)
        where T : Command
    {
        command.Options.Add(AsJson);
        return command;
    }

    /// <summary>Whether <c>--json</c> was given.</summary>
    public static bool WantsJson(this ParseResult parsed) => parsed.GetValue(AsJson);
}
