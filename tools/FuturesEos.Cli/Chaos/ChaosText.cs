using System.Globalization;
using FuturesEos.Cli.Commands;
using FuturesEos.Cli.Output;

namespace FuturesEos.Cli.Chaos;

/// <summary>
/// A run's result for a terminal: the faults, the course of the throughput, the reconciliation, the verdict.
/// </summary>
internal static class ChaosText
{
    private const int Columns = 100;
    private const string Levels = " ▁▂▃▄▅▆▇█";

    /// <summary>Prints it.</summary>
    public static void Print(ChaosResult result)
    {
        var table = Screen.Table("AT", "FAULT", "COMPONENT", "SECONDS", "BACK AT RATE AFTER");
        foreach (var fault in result.Faults)
        {
            table.Row(
                Seconds(fault.From),
                fault.Fault.Kind.ToString().ToLowerInvariant(), fault.Fault.Component, Seconds(fault.To - fault.From),
                fault.RecoveredAfter is { } after ? Seconds(after) : "never");
        }

        Screen.Write(table);
        Console.Out.WriteLine();
        Console.Out.WriteLine("sent    " + Course(result.Samples, sample => sample.Sent));
        Console.Out.WriteLine("taken   " + Course(result.Samples, sample => sample.Taken));
        Console.Out.WriteLine("events  " + Course(result.Samples, sample => sample.Events));
        Console.Out.WriteLine();
        VerifyCommand.Print(result.Report);
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Faults.Count} faults "
                + $"({string.Join(", ", result.Kills.Select(kill => $"{kill.Key} {kill.Value}"))}); back at rate after "
                + $"{result.LongestRecovery.TotalSeconds:0.0} s at most; WAL behind the slot "
                + $"{result.RetainedWalPeak >> 10} KiB at most, {result.RetainedWalEnd >> 10} KiB at the end; "
                + $"{result.Report.AbortedRecords ?? 0} aborted records"));
        foreach (var failure in result.Failures) Console.Out.WriteLine($"FAILED: {failure}");
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"exactly once: {(result.IsGood ? "yes" : "NO")}, seed {result.Seed}, in "
                + $"{result.Duration.TotalSeconds:0.0} s"));
    }

    /// <summary>The growth of a count as a line of blocks: <c>▃▃▁ ▂█▃▃</c>.</summary>
    public static string Course(IReadOnlyList<Sample> samples, Func<Sample, long> count)
    {
        if (samples.Count < 2) return "";
        var growth = Throughput.Of(samples, count, Columns);
        var most = Math.Max(1, growth.Max());
        return string.Concat(growth.Select(value => Levels[(int)Math.Ceiling(value / most * (Levels.Length - 1))]));
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
}
