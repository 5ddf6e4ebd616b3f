using System.Globalization;

namespace FuturesEos.Benchmarks.Support;

/// <summary>What one turn of a contender gave: drain, then live latency, and the largest resident set.</summary>
internal sealed record Round(double PerSecond, double P50Ms, double P99Ms, double MiB)
{
    public static Round Median(List<Round> rounds) => new(
        Figures.Median(rounds.Select(r => r.PerSecond)), Figures.Median(rounds.Select(r => r.P50Ms)),
        Figures.Median(rounds.Select(r => r.P99Ms)), Figures.Median(rounds.Select(r => r.MiB)));

    /// <summary>As one line for people; of what it is so many a second.</summary>
    public string Text(string what) => string.Create(CultureInfo.InvariantCulture,
        $"{PerSecond,8:0} {what}/s, p50 {P50Ms:0} ms, p99 {P99Ms:0} ms, {MiB:0} MiB");

    /// <summary>As JSON, with the rate's name.</summary>
    public string Json(string rate) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"{{rate}}":{{PerSecond:0}},"p50_ms":{{P50Ms:0.0}},"p99_ms":{{P99Ms:0.0}},"mib":{{MiB:0}}}""");
}
