using System.CommandLine;
using FuturesEos.Cli.Supervision;

namespace FuturesEos.Cli.Commands;

/// <summary>
/// <c>eos run SERVICE</c>: one service in the foreground. What follows its name is the service's own business,
/// <c>--help</c> included,
/// and so are signals: such a line goes to the service unread.
/// </summary>
internal static class RunCommand
{
    private static readonly (string Name, string Description)[] Services =
    [
        ("broker", "the embedded Kafka broker"),
        ("postgres", "a private PostgreSQL server"),
        ("processor", "signals to decisions"),
        ("processor-streamiz", "the same on Streamiz.Kafka.Net (docs/engines.md)"),
        ("orders", "decisions to orders and outbox, in PostgreSQL"),
        ("relay", "outbox to order events"),
        ("generator", "makes signals"),
    ];

    /// <summary>The page that lists the services.</summary>
    public static Command Create()
    {
        var run = new Command("run", "run one service in the foreground; SIGTERM stops it cleanly");
        foreach (var (name, description) in Services)
            run.Subcommands.Add(new Command(name, $"{description} ('eos run {name} --help' lists its options)"));
        return run;
    }

    /// <summary>Whether a line means a service.</summary>
    public static bool IsMeantBy(string[] args) =>
        args is ["run", var name, ..] && Services.Any(service => service.Name == name);

    /// <summary>Runs the service; on Unix this process becomes it.</summary>
    public static Task<int> RunAsync(string[] args) => args[1] switch
    {
        "broker" => BrokerService.RunAsync(args[2..]),
        "postgres" => PostgresService.RunAsync(args[2..]),
        var service => Task.FromResult(ServiceProgram.Become(ServiceProgram.ProjectOf(service), args[2..])),
    };
}
