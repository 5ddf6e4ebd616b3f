namespace FuturesEos.Cli.Chaos;

/// <summary>How fast a count grew, over a run cut into equal parts.</summary>
internal static class Throughput
{
    /// <summary>Growth a second in each part.</summary>
    public static double[] Of(IReadOnlyList<Sample> samples, Func<Sample, long> count, int parts)
    {
        var (first, last) = (samples[0].At, samples[^1].At);
        var width = (last - first) / parts;
        var growth = new double[parts];
        var next = 0;
        var before = (double)count(samples[0]);
        for (var part = 0; part < parts; part++)
        {
            var end = first + (width * (part + 1));
            while (next < samples.Count - 1 && samples[next + 1].At <= end) next++;
            var now = At(samples, count, next, end);
            growth[part] = Math.Max(0, (now - before) / width.TotalSeconds);
            before = now;
        }

        return growth;
    }

    // between two samples the count is taken to grow evenly
    private static double At(IReadOnlyList<Sample> samples, Func<Sample, long> count, int index, TimeSpan time)
    {
        if (index >= samples.Count - 1) return count(samples[^1]);
        var (from, to) = (samples[index], samples[index + 1]);
        return count(from) + ((count(to) - count(from)) * ((time - from.At) / (to.At - from.At)));
    }
}
