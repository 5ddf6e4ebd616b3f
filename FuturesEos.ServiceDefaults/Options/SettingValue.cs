using System.Globalization;

namespace FuturesEos.ServiceDefaults.Options;

/// <summary>Text to the type of an option, and back for the help page.</summary>
public static class SettingValue
{
    private static readonly (string Suffix, double Milliseconds)[] Units =
        [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    /// <summary>Reads a value; false when the text is none of the type.</summary>
    public static bool TryParse(Type type, string text, out object? value)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        value = target switch
        {
            _ when target == typeof(string) => text,
            _ when target == typeof(bool) => bool.TryParse(text, out var flag) ? flag : null,
            _ when target == typeof(int) => int.TryParse(text, Signed, Invariant, out var number) ? number : null,
            _ when target == typeof(long) => long.TryParse(text, Signed, Invariant, out var number) ? number : null,
            _ when target == typeof(double) =>
                double.TryParse(text, Fractional, Invariant, out var number) ? number : null,
            _ when target == typeof(decimal) =>
                decimal.TryParse(text, Fractional, Invariant, out var number) ? number : null,
            _ when target == typeof(TimeSpan) => TryParseDuration(text, out var duration) ? duration : null,
            _ when target.IsEnum => TryParseEnum(target, text, out var member) ? member : null,
            _ => throw new InvalidOperationException($"an option of type {target} has no text form"),
        };
        return value is not null;
    }

    /// <summary>
    /// A duration as people write it: <c>100ms</c>, <c>30s</c>, <c>5m</c>, <c>1.5h</c>, <c>1d</c>, or .NET's
    /// <c>00:00:00.1</c>.
    /// A number without a unit is refused, since nobody can tell which was meant.
    /// </summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        foreach (var (suffix, milliseconds) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)) continue;
            if (!double.TryParse(text[..^suffix.Length], Fractional, Invariant, out var number)) continue;
            var total = number * milliseconds;
            duration =
                Math.Abs(total) < TimeSpan.MaxValue.TotalMilliseconds ? TimeSpan.FromMilliseconds(total) : default;
            return Math.Abs(total) < TimeSpan.MaxValue.TotalMilliseconds;
        }

        duration = default;
        return text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, Invariant, out duration);
    }

    /// <summary>The text form of a default, as the help page shows it.</summary>
    public static string Format(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        TimeSpan duration => FormatDuration(duration),
        Enum member => member.ToString().ToLowerInvariant(),
        IFormattable number => number.ToString(null, Invariant),
        _ => value.ToString() ?? "",
    };

    /// <summary>What may be written for a type, for the message that refuses a value.</summary>
    public static string Expected(Type type)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (target.IsEnum) return string.Join(", ", Enum.GetNames(target).Select(name => name.ToLowerInvariant()));
        return target == typeof(TimeSpan) ? "a duration such as 100ms, 30s, 5m"
            : target == typeof(bool) ? "true or false"
            : target == typeof(string) ? "text" : "a number";
    }

    private const NumberStyles Signed = NumberStyles.AllowLeadingSign;
    private const NumberStyles Fractional = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private static bool TryParseEnum(Type type, string text, out object? member)
    {
        member = null;
        // Enum.TryParse takes numbers too: a bare "7" must not become a member that does not exist
        return text.Length > 0 && char.IsAsciiLetter(text[0])
            && Enum.TryParse(type, text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out member);
    }

    private static string FormatDuration(TimeSpan duration)
    {
        foreach (var (suffix, milliseconds) in Units.Reverse())
        {
            var number = duration.TotalMilliseconds / milliseconds;
            if (number >= 1 && number == Math.Floor(number)) return number.ToString(Invariant) + suffix;
        }

        return duration.TotalMilliseconds.ToString(Invariant) + "ms";
    }
}
