using System.Globalization;

namespace FuturesEos.EmbeddedKafka.Topics;

/// <summary>One setting a topic may have: its default, type and range.</summary>
internal sealed record TopicSetting(
    string Name, SettingType Type, string Default, double Min = double.MinValue, double Max = double.MaxValue)
{
    /// <summary>Words allowed; empty allows any.</summary>
    public string[] Words { get; init; } = [];

    /// <summary>-1 is allowed below the range: the codec's own level.</summary>
    public bool IsMinusOneToo { get; init; }

    /// <summary>It is kept and told, and changes nothing: of replicas, of tiers, of how files lie.</summary>
    public bool IsWithoutEffect { get; init; }

    /// <summary>The broker's setting of which topics have their default, where Kafka tells of it.</summary>
    public string? OfBroker { get; init; }

    /// <summary>What is wrong with a value, in Kafka's words; null when nothing is.</summary>
    public string? Complaint(string value)
    {
        var complaint = Type switch
        {
            SettingType.Boolean => value is "true" or "false" ? null : "Expected value to be either true or false",
            SettingType.Int => OfNumber(int.TryParse(value, CultureInfo.InvariantCulture, out var number), number),
            SettingType.Long => OfNumber(long.TryParse(value, CultureInfo.InvariantCulture, out var number), number),
            SettingType.Double =>
                OfNumber(double.TryParse(value, CultureInfo.InvariantCulture, out var number), number),
            SettingType.List => OfWords(value.Split(',', StringSplitOptions.TrimEntries)),
            _ => OfWords(value),
        };
        return complaint is null ? null : $"Invalid value {value} for configuration {Name}: {complaint}";
    }

    private string? OfNumber(bool isOne, double number) =>
        !isOne ? $"Not a number of type {Type.ToString().ToUpperInvariant()}"
        : IsMinusOneToo ? OfRangeOrMinusOne(number)
        : number < Min ? $"Value must be at least {Number(Min)}"
        : number > Max ? $"Value must be no more than {Number(Max)}"
        : null;

    private string? OfRangeOrMinusOne(double number) => number == -1 || (number >= Min && number <= Max)
        ? null
        : $"Value must be between {Number(Min)} and {Number(Max)} or equal to -1";

    private string? OfWords(params string[] given) => Words.Length == 0 || given.All(word => Words.Contains(word))
        ? null
        : $"String must be one of: {string.Join(", ", Words)}";

    private static string Number(double limit) => limit.ToString(CultureInfo.InvariantCulture);
}
