using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using FuturesEos.Tests.ServiceDefaults;

namespace FuturesEos.Tests.Telemetry;

/// <summary>Names of instruments as the services export them: asked of the exporter, which makes them.</summary>
internal static class PrometheusNames
{
    public static async Task<IReadOnlyDictionary<InstrumentKey, string>> OfAsync(
        IEnumerable<InstrumentKey> instruments)
    {
        var keys = instruments.Distinct().ToList();
        await using var service = await ServedDefaults.StartAsync();
        using var meter = new Meter("FuturesEos.PrometheusNames");
        // the process's own instruments, and those of another test at the same time, have the same names
        var mark = $"x{Guid.NewGuid():N}";
        foreach (var (number, key) in keys.Index()) Use(meter, key with { Name = $"n{number}{mark}.{key.Name}" });
        var text = await service.Http.GetStringAsync("/metrics");
        return Regex.Matches(text, $@"^# TYPE n([0-9]+){mark}_(\S+) ", RegexOptions.Multiline).ToDictionary(
            match => keys[int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)],
            match => match.Groups[2].Value);
    }

    private static void Use(Meter meter, InstrumentKey key)
    {
        switch (key.Kind)
        {
            case "Counter":
                meter.CreateCounter<long>(key.Name, key.Unit).Add(1);
                break;
            case "UpDownCounter":
                meter.CreateUpDownCounter<long>(key.Name, key.Unit).Add(1);
                break;
            case "Histogram":
                meter.CreateHistogram<double>(key.Name, key.Unit).Record(1);
                break;
            case "ObservableGauge":
                meter.CreateObservableGauge(key.Name, () => 1L, key.Unit);
                break;
            default:
                throw new ArgumentException($"no instrument is a {key.Kind}");
        }
    }
}
