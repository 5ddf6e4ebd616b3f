namespace FuturesEos.Benchmarks.Support;

/// <summary>What a benchmark is given.</summary>
/// <param name="Options">The numbers of its command line.</param>
/// <param name="Scratch">A folder of its own, gone afterwards.</param>
/// <param name="Shared">Folder of Apache Kafka, Connect and the Java peer; empty where a benchmark needs none.</param>
internal sealed record BenchRun(IReadOnlyDictionary<string, int> Options, string Scratch, string Shared)
{
    /// <summary>The number of an option.</summary>
    public int Option(string name, int otherwise) => Options.GetValueOrDefault(name, otherwise);
}
