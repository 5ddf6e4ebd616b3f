using System.CommandLine;
using System.Text.RegularExpressions;
using FuturesEos.Cli;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Contracts;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Cli;

/// <summary>
/// What holds for the output of every command, walked over the command tree: a new command is in one of the lists
/// below, or the test fails.
/// </summary>
public sealed partial class OutputTests(FilledPipeline pipeline) : IClassFixture<FilledPipeline>
{
    // commands that show something of a running pipeline, with what they need besides
    private static readonly Dictionary<string, string[]> Looking = new()
    {
        ["status"] = [], ["orders"] = [], ["outbox"] = [], ["decisions"] = [], ["lag"] = [], ["verify"] = [],
        ["doctor"] = [], ["txn list"] = [], ["txn hanging"] = [], ["dlq list"] = [], ["dlq show"] = ["{dead-letter}"],
        ["txn describe"] = ["{transaction}"],
        ["check-duplicates"] = [Topics.Decisions()],
        ["tail"] = [Topics.Decisions(), "--from-beginning", "--show-transactions"],
    };

    // of these, those that have no data where all is well
    private static readonly string[] Silent = ["txn hanging", "check-duplicates", "deploy check"];

    // commands that need no pipeline
    private static readonly Dictionary<string, string[]> Alone = new()
    {
        ["explain"] = ["90"], ["deploy render"] = ["--output", "-"], ["deploy check"] = [],
        ["deploy kind"] = ["--dry-run"],
    };

    // commands that start, stop, change or forward: of these the help is looked at
    private static readonly string[] Changing =
    [
        "demo", "chaos", "up", "down", "txn abort", "txn commit", "relay adopt", "relay release", "relay repair",
        "dlq redrive", "outbox prune",
        "migrate", "run broker", "run postgres", "run processor", "run orders", "run relay", "run generator", "test",
        "bench", "replay", "burst", "send",
    ];

    private static readonly string[][] Following =
    [
        ["tail", Topics.Orders, "--follow"], ["tail", Topics.Orders, "--follow", "--json"],
        ["tail", Topics.Orders, "--follow", "--show-transactions"], ["verify", "--follow", "1h"],
    ];

    [Fact]
    public void every_command_is_in_one_of_the_lists_of_this_test() => Assert.Equal(
        [.. Looking.Keys.Concat(Alone.Keys).Concat(Changing).Where(name => !name.StartsWith("run ")).Order()],
        Leaves(Eos.Commands(), "").Where(name => !name.StartsWith("run")).Order());

    [Fact]
    public async Task a_full_output_is_a_sentence_and_a_closed_one_ends_every_command_quietly()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("there is no /dev/full");
        var failures = new List<string>();
        foreach (var line in await LinesAsync(pipeline.Folder))
        {
            var (code, _, talk) = await ShellAsync("exec \"$@\" > /dev/full", line);
            var isSilent = Silent.Contains(string.Join(' ', line.Take(2))) || Silent.Contains(line[0]);
            if (!(code == 3 && talk.Contains("standard output")) && !(isSilent && code == 0))
                failures.Add($"{string.Join(' ', line)} > /dev/full: {code} {talk}");
            // wait until the reader is gone, then start
            (code, _, talk) = await ShellAsync("{ sleep 0.1; \"$@\"; echo \"ended $?\" >&2; } | :", line);
            if (!(talk.Contains("ended 141") || (isSilent && talk.Contains("ended 0"))) || talk.Contains("eos:"))
                failures.Add($"{string.Join(' ', line)} | : {talk}");
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public async Task a_command_that_follows_ends_with_its_reader_though_nothing_comes()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("a closed pipe cannot be waited for");
        var ends = await Task.WhenAll(Following.Select(line => ShellAsync(
            "{ \"$@\"; echo \"ended $?\" >&2; } | sleep 2", [.. line, "--data", pipeline.Folder])));
        Assert.All(ends, end => Assert.EndsWith("ended 141\n", end.Talk));
        Assert.All(ends, end => Assert.DoesNotContain("eos:", end.Talk));
    }

    [Fact]
    public async Task no_identifier_is_dropped_or_broken_on_a_narrow_terminal_and_json_is_utf8_under_any_locale()
    {
        if (!File.Exists("/usr/bin/script")) Assert.Skip("needs script (bsdutils) for a terminal");
        var failures = new List<string>();
        foreach (var line in await LinesAsync(pipeline.Folder))
        {
            if (line is ["tail" or "deploy", ..]) continue; // no tables
            var (_, wide, _) = await ShellAsync("exec \"$@\"", line);
            var shown = await OnTerminalAsync(80, line); // at every other width: TextTableTests
            foreach (var id in Identifier().Matches(wide).Select(match => match.Value).Distinct())
            {
                if (!shown.Contains(id)) failures.Add($"{string.Join(' ', line)}: {id} in 80 columns");
            }
        }

        foreach (var locale in new[] { "C", "POSIX", "de_DE.ISO-8859-1", "ru_RU.KOI8-R" })
        {
            foreach (var line in (string[][])[["dlq", "list"], ["tail", "trading.signal.1m", "--from-beginning"]])
            {
                var (_, data, talk) = await ShellAsync(
                    $"export LC_ALL={locale} LANG={locale} DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1; exec \"$@\"",
                    [.. line, "--json", "--data", pipeline.Folder]);
                if (!data.Contains(FilledPipeline.Key)) failures.Add($"{line[0]} --json under {locale}: {data} {talk}");
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    // what stands for itself: no blank in it, and long enough to be unique
    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f-]{27}|[\w.-]+:\d+|trading\.[\w.-]+|futures[\w.-]+")]
    private static partial Regex Identifier();

    private static async Task<List<string[]>> LinesAsync(string folder)
    {
        var (_, transactions, talk) = await EosProgram.RunAsync("txn", "list", "--json", "--data", folder);
        var id = Regex.Match(transactions, "\"transactional_id\":\"([^\"]+)\"").Groups[1].Value;
        Assert.True(id.Length > 0, talk);
        var (_, letters, _) = await EosProgram.RunAsync("dlq", "list", "--json", "--data", folder);
        var place = Regex.Match(letters, "\"place\":\"([^\"]+)\"").Groups[1].Value;
        return
        [
            .. Looking.Select(command => (string[])
            [
                .. command.Key.Split(' '), .. command.Value.Select(word => word
                    .Replace("{transaction}", id).Replace("{dead-letter}", place)), "--data", folder,
            ]),
            .. Alone.Select(command => (string[])[.. command.Key.Split(' '), .. command.Value]),
        ];
    }

    private static async Task<string> OnTerminalAsync(int width, string[] line)
    {
        var words = string.Join(' ', line.Prepend(Program).Select(word => $"'{word}'"));
        var (_, data, _) = await ChildProgram.RunAsync(
            "script", ["-qec", $"stty cols {width} rows 50; NO_COLOR=1 TERM=xterm {words}", "/dev/null"]);
        return data;
    }

    private static string Program => Installation.Executable("FuturesEos.Cli");

    private static Task<(int ExitCode, string Data, string Talk)> ShellAsync(string script, string[] line) =>
        ChildProgram.RunAsync("/bin/bash", ["-c", script, "eos", Program, .. line]);

    private static IEnumerable<string> Leaves(Command command, string prefix) =>
        [
            .. command.Subcommands.Count == 0 || command.Action is not null && prefix.Length > 0
                ? [prefix.TrimStart()] : Array.Empty<string>(),
            .. command.Subcommands.SelectMany(sub => Leaves(sub, $"{prefix} {sub.Name}")),
        ];
}
