using System.Text.RegularExpressions;

namespace FuturesEos.EmbeddedKafka.Topics;

/// <summary>What a topic may be called, and which topics are the broker's own.</summary>
internal static partial class TopicName
{
    public const string ConsumerOffsets = "__consumer_offsets";
    public const string TransactionState = "__transaction_state";
    private const int MaxLength = 249;

    public static bool IsInternal(string name) => name is ConsumerOffsets or TransactionState;

    /// <summary>What is wrong with the name; null when nothing is.</summary>
    public static string? Complaint(string? name) => name switch
    {
        null or "" => "Topic name is invalid: the empty string is not allowed",
        "." or ".." => $"Topic name is invalid: '{name}' is not allowed",
        _ when name.Length > MaxLength =>
            $"Topic name is invalid: the length of '{name[..20]}…' is longer than the max allowed length {MaxLength}",
        _ when !Legal().IsMatch(name) =>
            $"Topic name is invalid: '{name}' contains characters other than "
                + "ASCII letters and digits, '.', '_' and '-'",
        _ => null,
    };

    /// <summary>
    /// Dots and underscores fall together in metric names, so two names that differ only there collide.
    /// </summary>
    public static string WithoutDots(string name) => name.Replace('.', '_');

    [GeneratedRegex(@"^[a-zA-Z0-9._-]+\z")]
    private static partial Regex Legal();
}
