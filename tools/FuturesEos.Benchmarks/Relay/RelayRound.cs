using System.Globalization;
using FuturesEos.Benchmarks.Support;

namespace FuturesEos.Benchmarks.Relay;

/// <summary>What one turn of Debezium or the relay gave.</summary>
internal sealed record RelayRound(double PerSecond, double P50Ms, double P99Ms, double MiB)
{
    public string Json => string.Create(CultureInfo.InvariantCulture,
        $$"""{"rows_per_s":{{PerSecond:0}},"p50_ms":{{P50Ms:0.0}},"p99_ms":{{P99Ms:0.0}},"mib":{{MiB:0}}}""");

    public static RelayRound Median(List<RelayRound> rounds) => new(
        Figures.Median(rounds.Select(r => r.PerSecond)), Figures.Median(rounds.Select(r => r.P50Ms)),
        Figures.Median(rounds.Select(r => r.P99Ms)), Figures.Median(rounds.Select(r => r.MiB)));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{PerSecond,8:0} rows/s, p50 {P50Ms:0} ms, p99 {P99Ms:0} ms, {MiB:0} MiB");
}
