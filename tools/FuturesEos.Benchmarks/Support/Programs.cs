using System.Diagnostics;
using FuturesEos.Cli.Pipeline;

namespace FuturesEos.Benchmarks.Support;

/// <summary>
/// The programs that a run starts: ours beside this one's build output, the peers' beside the repository.
/// </summary>
internal static class Programs
{
    /// <summary>Folder of Apache Kafka and the Java peer; null where it is absent.</summary>
    public static string? Shared { get; } =
        Directory.Exists(Path.Combine(Installation.Root, "..", "shared", "kafka"))
            ? Path.GetFullPath(Path.Combine(Installation.Root, "..", "shared"))
            : null;

    /// <summary>Starts a program whose output goes to a file.</summary>
    public static Process Start(
        string file, string log, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("log=$1; shift; exec \"$@\" > \"$log\" 2>&1");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(log);
        start.ArgumentList.Add(file);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Runs a program to its end and gives its output.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has its last words.</exception>
    public static async Task<string> RunAsync(
        string file, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException(
                $"{Path.GetFileName(file)} ended with {process.ExitCode}: {(await errors).Trim()} {output.Trim()}");
    }

    /// <summary>Asks a process to stop, and waits for its end.</summary>
    public static async Task StopAsync(Process process)
    {
        if (process.HasExited) return;
        await RunAsync("/bin/kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }
    }

    /// <summary>Largest resident set a process had so far, in MiB (VmHWM).</summary>
    public static double PeakMemoryMiB(Process process) => StatusMiB(process.Id, "VmHWM:");

    /// <summary>Resident set of a process now, in MiB (VmRSS).</summary>
    public static double MemoryMiB(int process) => StatusMiB(process, "VmRSS:");

    private static double StatusMiB(int process, string field)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status")
                .First(l => l.StartsWith(field, StringComparison.Ordinal));
            var size = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
            return double.Parse(size, System.Globalization.CultureInfo.InvariantCulture) / 1024;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            return double.NaN;
        }
    }
}
