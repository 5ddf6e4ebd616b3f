using System.ComponentModel;
using System.Globalization;

namespace FuturesEos.ServiceDefaults.Options;

/// <summary>
/// Durations as people write them, for the configuration binder and the command line: <c>100ms</c>, <c>30s</c>,
/// <c>5m</c>, <c>1.5h</c>, <c>1d</c>, or .NET's <c>00:00:00.1</c>. A number without a unit is refused, since nobody can
/// tell which was meant.
/// </summary>
public sealed class DurationConverter : TypeConverter
{
    private const NumberStyles Fractional = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private static readonly (string Suffix, double Milliseconds)[] Units =
        [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    /// <summary>Makes every <see cref="TimeSpan"/> of this process that is read from text be read like this.</summary>
    public static void Use() =>
        TypeDescriptor.AddAttributes(typeof(TimeSpan), new TypeConverterAttribute(typeof(DurationConverter)));

    /// <summary>Reads a duration; false when the text is none.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        foreach (var (suffix, milliseconds) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)) continue;
            if (!double.TryParse(text[..^suffix.Length], Fractional, Invariant, out var number)) continue;
            var total = number * milliseconds;
            var fits = Math.Abs(total) < TimeSpan.MaxValue.TotalMilliseconds;
            duration = fits ? TimeSpan.FromMilliseconds(total) : default;
            return fits;
        }

        duration = default;
        return text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, Invariant, out duration);
    }

    /// <summary>Writes a duration in its largest whole unit.</summary>
    public static string Format(TimeSpan duration)
    {
        foreach (var (suffix, milliseconds) in Units.Reverse())
        {
            var number = duration.TotalMilliseconds / milliseconds;
            if (number >= 1 && number == Math.Floor(number)) return number.ToString(Invariant) + suffix;
        }

        return duration.TotalMilliseconds.ToString(Invariant) + "ms";
    }

    /// <inheritdoc/>
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string);

    /// <inheritdoc/>
    public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        TryParse((string)value, out var duration)
            ? duration
            : throw new FormatException($"'{value}' is not a duration such as 100ms, 30s, 5m");
}
