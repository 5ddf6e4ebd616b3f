using System.Globalization;

namespace FuturesEos.EmbeddedKafka.Topics;

/// <summary>One setting a topic may have: its default, type and range.</summary>
internal sealed record TopicSetting(
    string Name, SettingType Type, string Default, double Min = double.MinValue, double Max = double.MaxValue)
{
    /// <summary>Words allowed; empty allows any.</summary>
    public string[] Words { get; init; } = [];

    /// <summary>What is wrong with a value; null when nothing is.</summary>
    public string? Complaint(string value)
    {
        var isFine = Type switch
        {
            SettingType.Boolean => value is "true" or "false",
            SettingType.Int => int.TryParse(value, CultureInfo.InvariantCulture, out var number) && IsInRange(number),
            SettingType.Long => long.TryParse(value, CultureInfo.InvariantCulture, out var number) && IsInRange(number),
            SettingType.Double => double.TryParse(value, CultureInfo.InvariantCulture, out var number) && IsInRange(number),
            SettingType.List => Words.Length == 0 || value.Split(',').All(word => Words.Contains(word.Trim())),
            _ => Words.Length == 0 || Words.Contains(value),
        };
        return isFine ? null : $"Invalid value {value} for configuration {Name}";
    }

    private bool IsInRange(double number) => number >= Min && number <= Max;
}
