using System.Globalization;
using System.Text;

namespace FuturesEos.Cli.Chaos;

/// <summary>
/// The course of a run as SVG: throughput of signals sent, signals taken and order events,
/// and the faults as bars below.
/// </summary>
internal static class ChaosPicture
{
    private const int Width = 1000;
    private const int Left = 120;
    private const int CurveHeight = 220;
    private const int RowHeight = 18;
    private const int Parts = 300;
    // times the median: what is caught up after a fault goes beyond the picture's edge
    private const double HighestShown = 5;

    private static readonly (string Name, string Colour, Func<Sample, long> Count)[] Curves =
    [
        ("signals sent/s", "#9aa5b1", sample => sample.Sent),
        ("signals taken/s", "#2563eb", sample => sample.Taken),
        ("order events/s", "#16a34a", sample => sample.Events),
    ];

    /// <summary>The picture, an <c>svg</c> element.</summary>
    public static string Of(ChaosResult result)
    {
        if (result.Samples.Count < 2) return "";
        var rows = result.Faults.Select(fault => fault.Fault.Component)
            .Distinct().Order(StringComparer.Ordinal).ToList();
        var height = CurveHeight + 60 + (rows.Count * RowHeight);
        var growth = Curves.Select(curve => Throughput.Of(result.Samples, curve.Count, Parts)).ToArray();
        var highest = growth.Max(values => values.Max());
        var top = Math.Max(1, Math.Min(highest, HighestShown * growth[0].Order().ElementAt(Parts / 2)));
        var svg = new StringBuilder();
        svg.Append(Text($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" "))
            .AppendLine("font-family=\"sans-serif\" font-size=\"11\">");
        svg.Append(Text($"<line x1=\"{Left}\" y1=\"{CurveHeight}\" x2=\"{Width}\" y2=\"{CurveHeight}\" "))
            .AppendLine("stroke=\"#1c2430\"/>");
        for (var c = 0; c < Curves.Length; c++)
        {
            svg.Append(Text($"<text x=\"0\" y=\"{20 + (c * 16)}\" fill=\"{Curves[c].Colour}\">"))
                .AppendLine(Text($"{Curves[c].Name}</text>"));
            svg.Append(Text($"<polyline fill=\"none\" stroke=\"{Curves[c].Colour}\" stroke-width=\"1.3\" "))
                .AppendLine(Text($"points=\"{Points(growth[c], top)}\"/>"));
        }

        svg.AppendLine(Text($"<text x=\"{Left}\" y=\"10\" fill=\"#1c2430\">{top:0}/s</text>"));
        AddFaults(svg, result, rows);
        AddClock(svg, result, height);
        return svg.AppendLine("</svg>").ToString();
    }

    private static void AddFaults(StringBuilder svg, ChaosResult result, List<string> rows)
    {
        foreach (var (row, index) in rows.Select((row, index) => (row, index)))
            svg.AppendLine(Text($"<text x=\"0\" y=\"{RowTop(index) + 12}\">{row}</text>"));
        foreach (var fault in result.Faults)
        {
            var y = RowTop(rows.IndexOf(fault.Fault.Component));
            var (from, over) = (X(result, fault.From), X(result, fault.To));
            var back = X(result, fault.To + (fault.RecoveredAfter ?? ChaosRun.GiveUp));
            svg.Append(Text($"<rect x=\"{over:0.0}\" y=\"{y + 4}\" width=\"{Math.Max(1, back - over):0.0}\" "))
                .AppendLine("height=\"8\" fill=\"#fcd9b6\"/>");
            svg.Append(Text($"<rect x=\"{from:0.0}\" y=\"{y + 2}\" width=\"{Math.Max(3, over - from):0.0}\" "))
                .Append(Text($"height=\"12\" fill=\"{Colour(fault.Fault.Kind)}\">"))
                .AppendLine(Text($"<title>{fault.Fault}</title></rect>"));
        }
    }

    private static void AddClock(StringBuilder svg, ChaosResult result, int height)
    {
        var step = result.Samples[^1].At > TimeSpan.FromMinutes(3) ? 60 : 10;
        var first = step * (1 + ((int)result.Samples[0].At.TotalSeconds / step));
        for (var second = first; second < result.Samples[^1].At.TotalSeconds; second += step)
        {
            var at = X(result, TimeSpan.FromSeconds(second));
            svg.AppendLine(Text($"<text x=\"{at:0.0}\" y=\"{height - 28}\" fill=\"#6b7785\">{second} s</text>"));
        }

        var x = Left;
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            AddKey(svg, x, height, Colour(kind), kind.ToString().ToLowerInvariant());
            x += 80;
        }

        AddKey(svg, x, height, "#fcd9b6", "until back at rate");
    }

    private static void AddKey(StringBuilder svg, int x, int height, string colour, string meaning) => svg
        .Append(Text($"<rect x=\"{x}\" y=\"{height - 14}\" width=\"10\" height=\"10\" fill=\"{colour}\"/>"))
        .AppendLine(Text($"<text x=\"{x + 14}\" y=\"{height - 5}\">{meaning}</text>"));

    private static string Points(double[] growth, double top) => string.Join(' ', growth.Select((value, i) =>
    {
        var x = Left + ((i + 0.5) * (Width - Left) / growth.Length);
        var y = CurveHeight - (Math.Min(value, top) / top * (CurveHeight - 16));
        return Text($"{x:0.0},{y:0.0}");
    }));

    private static double X(ChaosResult result, TimeSpan at)
    {
        var (first, last) = (result.Samples[0].At, result.Samples[^1].At);
        return Left + (Math.Clamp((at - first) / (last - first), 0, 1) * (Width - Left));
    }

    private static int RowTop(int row) => CurveHeight + 8 + (row * RowHeight);

    private static string Colour(FaultKind kind) => kind switch
    {
        FaultKind.Kill => "#dc2626",
        FaultKind.Freeze => "#7c3aed",
        FaultKind.Restart => "#0891b2",
        FaultKind.Cut => "#ea580c",
        _ => "#a16207",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
