using System.Globalization;
using FuturesEos.Cli.Supervision;

namespace FuturesEos.Benchmarks.Latency;

/// <summary>What each service says of its own transactions: how long one takes on the average.</summary>
internal static class CommitTimes
{
    /// <summary>For each service in words.</summary>
    public static async Task<string> AskAsync(PipelineHost host)
    {
        using var http = new HttpClient();
        var said = new List<string>();
        foreach (var service in new[] { "processor", "orders", "relay" })
        {
            var lines = (await http.GetStringAsync(new Uri(host.Keeper(service).Part.Metrics!))).Split('\n');
            foreach (var sum in lines.Where(line => line.Contains("_duration_seconds_sum", StringComparison.Ordinal)))
            {
                var name = sum[..sum.IndexOf("_sum", StringComparison.Ordinal)];
                var count = Sum(lines, name + "_count");
                if (count > 0)
                {
                    var mean = 1000 * Sum(lines, name + "_sum") / count;
                    said.Add(string.Create(
                        CultureInfo.InvariantCulture, $"{service} {name} {mean:0.0} ms ({count:0})"));
                }
            }
        }

        return string.Join(", ", said.Distinct());
    }

    // eos_orders_batch_duration_seconds_sum{…} 1.25
    private static double Sum(string[] lines, string name) => lines
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
