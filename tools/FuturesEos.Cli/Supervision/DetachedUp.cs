using System.Diagnostics;
using System.Runtime.InteropServices;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Supervision;

/// <summary>
/// <c>eos up --detach</c>: another process of ours runs the pipeline, away from the terminal; this one waits until all
/// is healthy.
/// </summary>
internal static partial class DetachedUp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    /// <summary>Starts it and waits.</summary>
    public static async Task<int> StartAsync(
        string dataFolder, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        if (RunFile.ReadRunning(dataFolder) is { } running)
            throw new ExpectedFailure(ExitCode.CheckFailed,
                $"a pipeline runs in {dataFolder} already (process {running.Pid}); stop it with 'eos down'");
        var start = new ProcessStartInfo(Installation.Self, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var began = Stopwatch.GetTimestamp();
        while (RunFile.ReadRunning(dataFolder)?.Pid != process.Id)
        {
            if (process.HasExited)
                throw Failed(process.ExitCode, dataFolder, await process.StandardError.ReadToEndAsync(cancellation));
            if (cancellation.IsCancellationRequested || Stopwatch.GetElapsedTime(began) > Patience)
            {
                process.Kill(); // its children end with it
                cancellation.ThrowIfCancellationRequested();
                throw new ExpectedFailure(ExitCode.TimedOut,
                    $"the pipeline is not up after {Patience.TotalSeconds:0} s; its log: {LogFile(dataFolder)}");
            }

            await Task.Delay(50, CancellationToken.None);
        }

        if (LastLine(dataFolder) is { } broken && broken.StartsWith("eos: ", StringComparison.Ordinal))
        {
            Talk.Line(broken);
            return ExitCode.CheckFailed;
        }

        Talk.Line($"running in the background, process {process.Id}: 'eos status' shows it, 'eos down' stops it");
        return ExitCode.Ok;
    }

    /// <summary>In the other process: a session of its own, and its talk into a file.</summary>
    public static void LeaveTerminal(string dataFolder)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LogFile(dataFolder))!);
        var log = new StreamWriter(new FileStream(
            LogFile(dataFolder), FileMode.Create, FileAccess.Write, FileShare.ReadWrite))
        { AutoFlush = true };
        Console.SetOut(log);
        Console.SetError(log);
        if (!OperatingSystem.IsWindows()) _ = SetSession();
    }

    private static string? LastLine(string dataFolder)
    {
        using var log = new StreamReader(new FileStream(
            LogFile(dataFolder), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return log.ReadToEnd().TrimEnd().Split('\n')[^1];
    }

    private static string LogFile(string dataFolder) => Path.Combine(dataFolder, "logs", "up.log");

    // What it said before it had a log is on the pipe: that the log cannot be written, for example.
    private static ExpectedFailure Failed(int exitCode, string dataFolder, string said)
    {
        var log = LogFile(dataFolder);
        var last = said.TrimEnd() is { Length: > 0 } ? said.TrimEnd().Split('\n')[^1]
            : File.Exists(log) ? File.ReadLines(log).LastOrDefault() : null;
        const string prefix = "eos: ";
        return new ExpectedFailure(exitCode,
            last?.Replace(prefix, "", StringComparison.Ordinal) ?? $"it ended with {exitCode}; its log: {log}");
    }

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    private static partial int SetSession();
}
