using System.Globalization;

namespace FuturesEos.Cli.Watching;

/// <summary>
/// Reads counters from a service's <c>/metrics</c>, summed over their labels and over the service's restarts.
/// </summary>
internal sealed class MetricsReader
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly Dictionary<string, (double Before, double Last)> _sums = new(StringComparer.Ordinal);

    /// <summary>The counter's sum so far; a service that does not answer leaves it as it was.</summary>
    /// <param name="url">Of the service's metrics.</param>
    /// <param name="counter">Prometheus name: <c>eos_transactions_total</c>.</param>
    /// <param name="label">Text that a line must hold: <c>outcome="committed"</c>.</param>
    /// <param name="cancellation">Ends the asking.</param>
    public async Task<double> SumAsync(string url, string counter, string label, CancellationToken cancellation)
    {
        var key = $"{url} {counter} {label}";
        var (before, last) = _sums.GetValueOrDefault(key);
        try
        {
            var now = Sum(await Http.GetStringAsync(url, cancellation), counter, label);
            if (now < last) before += last; // it began again at zero
            _sums[key] = (before, now);
            return before + now;
        }
        catch (Exception e)
            when (e is HttpRequestException || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            return before + last;
        }
    }

    // eos_transactions_total{outcome="committed"} 12
    private static double Sum(string text, string counter, string label) => text.Split('\n')
        .Where(line => line.StartsWith(counter + "{", StringComparison.Ordinal)
            && line.Contains(label, StringComparison.Ordinal))
        .Sum(line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
}
