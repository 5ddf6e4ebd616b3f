namespace FuturesEos.Cli.Demo;

/// <summary>What a demonstration killed.</summary>
/// <param name="Counts">Kills that hit records in flight, by process.</param>
/// <param name="OpenRecords">Records of the transactions that the processor left open.</param>
internal sealed record DemoKills(IReadOnlyDictionary<string, int> Counts, long OpenRecords);
