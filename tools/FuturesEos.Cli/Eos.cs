using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using FuturesEos.Cli.Commands;
using FuturesEos.Cli.Output;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli;

/// <summary>
/// The <c>eos</c> command: its list of commands, and the one place where a failure becomes a sentence and an exit code.
/// </summary>
internal static class Eos
{
    /// <summary>
    /// Every command, in the order of the help page. A new one is a file in Commands/ and a line here.
    /// </summary>
    public static RootCommand Commands()
    {
        var root = new RootCommand("An exactly-once trading pipeline, and the proof of it.")
        {
            DemoCommand.Create(),
            ChaosCommand.Create(),
            UpCommand.Create(),
            DownCommand.Create(),
            StatusCommand.Create(),
            VerifyCommand.Create(),
            CheckDuplicatesCommand.Create(),
            TailCommand.Create(),
            OrdersCommand.Create(),
            OutboxCommand.Create(),
            DecisionsCommand.Create(),
            LagCommand.Create(),
            TxnCommand.Create(),
            RelayCommand.Create(),
            DlqCommand.Create(),
            DoctorCommand.Create(),
            ExplainCommand.Create(),
            DeployCommand.Create(),
            MigrateCommand.Create(),
            RunCommand.Create(),
            TestCommand.Create(),
            BenchCommand.Create(),
        };
        foreach (var feed in FeedCommand.Create()) root.Subcommands.Add(feed);
        return root;
    }

    // Lines whose rest another program reads: its --help, its signals.
    private static readonly (Func<string[], bool> IsMeantBy, Func<string[], Task<int>> RunAsync)[] Forwarded =
    [
        (RunCommand.IsMeantBy, RunCommand.RunAsync),
        (FeedCommand.IsMeantBy, FeedCommand.RunAsync),
        (MigrateCommand.IsMeantBy, MigrateCommand.RunAsync),
        (TestCommand.IsMeantBy, TestCommand.RunAsync),
        (BenchCommand.IsMeantBy, BenchCommand.RunAsync),
    ];

    /// <summary>Whether Ctrl-C was pressed, as opposed to a SIGTERM.</summary>
    public static bool WasInterrupted { get; private set; }

    /// <summary>Parses, runs, explains.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        StandardOutput.Take();
        LoopbackProxy.Use();
        foreach (var (isMeantBy, run) in Forwarded)
        {
            if (isMeantBy(args)) return await ExplainAsync(() => run(args), CancellationToken.None);
        }

        var root = Commands();
        root.HelpName = "eos";
        var parsed =
            root.Parse(args.Length == 0 ? ["--help"] : args, new ParserConfiguration { EnablePosixBundling = false });
        if (parsed.Action is ParseErrorAction) return Refuse(parsed);

        using var interrupted = new CancellationTokenSource();
        // 'up' writes no data, and in the background nobody ever reads it
        if (parsed.CommandResult.Command.Name != UpCommand.Name) StandardOutput.WhenClosed(interrupted.Cancel);
        using var interrupt =
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Handle(context, interrupted));
        using var terminate =
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Handle(context, interrupted));
        var invocation = new InvocationConfiguration
        { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        return await ExplainAsync(() => parsed.InvokeAsync(invocation, interrupted.Token), interrupted.Token);
    }

    private static int Refuse(ParseResult parsed)
    {
        // a word that is no command is reported twice, first as a command that lacks
        var errors =
            parsed.UnmatchedTokens.Count > 0 && parsed.Errors.Count > 1 ? parsed.Errors.Skip(1) : parsed.Errors;
        foreach (var error in errors) Talk.Error(error.Message);
        var words = new List<string>();
        for (var result = parsed.CommandResult; result?.Command is not (null or RootCommand); result =
            result.Parent as CommandResult)
            words.Insert(0, result.Command.Name);
        Talk.Line($"'{string.Join(' ', ["eos", .. words, "--help"])}' shows what there is");
        return ExitCode.Usage;
    }

    private static async Task<int> ExplainAsync(Func<Task<int>> run, CancellationToken interrupted)
    {
        try
        {
            return await run();
        }
        catch (Exception) when (StandardOutput.IsClosed) // whatever it was, it came of the end, and nobody reads it
        {
            return ExitCode.OutputClosed;
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e) // the outermost call: a sentence and an exit code
        {
            var (code, message) = ServiceHost.Explain(e);
            Talk.Error(message);
            if (Talk.IsVerbose) Talk.Line(e.ToString());
            return code;
        }
    }

    // The first Ctrl-C lets the command end by itself; the second ends the process.
    private static void Handle(PosixSignalContext context, CancellationTokenSource interrupted)
    {
        context.Cancel = true;
        WasInterrupted |= context.Signal == PosixSignal.SIGINT;
        if (interrupted.IsCancellationRequested && context.Signal == PosixSignal.SIGINT)
            Environment.Exit(ExitCode.Interrupted);
        interrupted.Cancel();
    }
}
