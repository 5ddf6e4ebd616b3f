using System.Text;

namespace FuturesEos.Cli.Reading;

/// <summary>A header of a record.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value; null when it has none.</param>
internal readonly record struct RecordHeader(string Name, byte[]? Value)
{
    /// <summary>The value as UTF-8 text.</summary>
    public string? Text => Value is null ? null : Encoding.UTF8.GetString(Value);

    /// <summary>A header with a text.</summary>
    public static RecordHeader Of(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Whether two headers are the same, byte for byte.</summary>
    public bool IsSameAs(RecordHeader other) => Name == other.Name
        && (Value is null) == (other.Value is null) && Value.AsSpan().SequenceEqual(other.Value);
}
