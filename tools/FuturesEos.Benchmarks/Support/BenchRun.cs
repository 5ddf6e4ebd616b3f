using System.Globalization;

namespace FuturesEos.Benchmarks.Support;

/// <summary>What a benchmark is given.</summary>
/// <param name="Options">Its command line.</param>
/// <param name="Scratch">A folder of its own, gone afterwards.</param>
/// <param name="Shared">Folder of Apache Kafka, Connect and the Java peer.</param>
internal sealed record BenchRun(string[] Options, string Scratch, string Shared)
{
    private const int NothingToMeasureAgainst = 3;

    /// <summary>Runs a benchmark that needs a peer.</summary>
    /// <returns>The exit code: 3 where there is none.</returns>
    public static Task<int> WithPeerAsync(string name, string[] options, Func<BenchRun, Task> benchmark)
    {
        if (Programs.Shared is { } shared) return InScratchAsync(options, shared, benchmark);
        Console.Error.WriteLine($"bench {name}: needs Apache Kafka beside the repository (../shared/kafka, and ../shared/peers): nothing to measure against");
        return Task.FromResult(NothingToMeasureAgainst);
    }

    /// <summary>Runs a benchmark that needs nothing but the product.</summary>
    /// <returns>The exit code.</returns>
    public static Task<int> AloneAsync(string[] options, Func<BenchRun, Task> benchmark) => InScratchAsync(options, "", benchmark);

    /// <summary>The number after an option's name.</summary>
    public int Option(string name, int otherwise)
    {
        var at = Array.IndexOf(Options, name);
        return at >= 0 && at + 1 < Options.Length ? int.Parse(Options[at + 1], CultureInfo.InvariantCulture) : otherwise;
    }

    private static async Task<int> InScratchAsync(string[] options, string shared, Func<BenchRun, Task> benchmark)
    {
        var scratch = Directory.CreateTempSubdirectory("eos-bench-").FullName;
        try
        {
            await benchmark(new BenchRun(options, scratch, shared));
            return 0;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }
}
