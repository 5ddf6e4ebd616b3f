namespace FuturesEos.Benchmarks.Support;

/// <summary>Numbers in and out of a run.</summary>
internal static class Figures
{
    /// <summary>The middle one.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    /// <summary>The value below which so many hundredths lie.</summary>
    public static double Percentile(IEnumerable<double> values, double hundredths)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0
            ? double.NaN
            : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * hundredths / 100))];
    }
}
