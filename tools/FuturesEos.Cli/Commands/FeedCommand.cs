using System.CommandLine;
using FuturesEos.Cli.Supervision;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Commands;

/// <summary>
/// <c>eos replay FILE</c>, <c>eos burst [N]</c>, <c>eos send</c>: signals for the running pipeline, by the generator's
/// own modes.
/// </summary>
internal static class FeedCommand
{
    private const string Replay = "replay";

    private static readonly (string Name, string Description)[] Modes =
    [
        (Replay,
            "replay FILE [--symbol S] [--speed 60x] [--skip-bad] [--mix]: the signals of a file of trades, into a "
            + "pipeline that holds no newer ones (eos up --rate 0 --data DIR, then eos replay FILE --data DIR). The "
            + "same file again goes on where it was interrupted, or sends nothing; --mix sends it beside newer "
            + "signals, and part of it may be late"),
        ("burst", "burst [N] [--identical]: that many signals at once"),
        ("send", "the JSON lines of standard input, each a signal, byte for byte"),
    ];

    /// <summary>For the list of commands; the lines themselves go to the generator unread.</summary>
    public static IEnumerable<Command> Create() => Modes.Select(mode => new Command(mode.Name, mode.Description));

    /// <summary>Whether a line means one of them.</summary>
    public static bool IsMeantBy(string[] args) => args is [var name, ..] && Modes.Any(mode => mode.Name == name);

    /// <summary>Runs it; on Unix this process becomes it.</summary>
    public static Task<int> RunAsync(string[] args) =>
        Task.FromResult(ServiceProgram.Become(
            ServiceProgram.ProjectOf("generator"), args[0] == Replay ? OfReplay(args[1..]) : args));

    private static string[] OfReplay(string[] args) => args switch
    {
        ["--help", ..] or ["-h", ..] => ["--help"],
        [] or ["-", ..] => throw ExpectedFailure.Usage("replay needs a file: eos replay FILE"),
        [var first, ..] when first.StartsWith('-') =>
            throw ExpectedFailure.Usage($"the file comes first: eos replay FILE {first} …"),
        _ => ["--trades", Path.GetFullPath(args[0]), .. args[1..]],
    };
}
