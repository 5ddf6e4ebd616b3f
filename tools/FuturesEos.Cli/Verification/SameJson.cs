using System.Text.Json;

namespace FuturesEos.Cli.Verification;

/// <summary>Compares payloads: JSONB keeps numbers and texts, and neither blanks nor the order of fields.</summary>
internal static class SameJson
{
    // PostgreSQL nests as deep as its stack goes; what is deeper than this is compared byte by byte
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 512 };

    /// <summary>Whether both say the same; what is no JSON is like nothing but itself.</summary>
    public static bool Is(byte[]? left, byte[] right)
    {
        if (left is null) return false;
        if (left.AsSpan().SequenceEqual(right)) return true;
        try
        {
            using var one = JsonDocument.Parse(left, Options);
            using var other = JsonDocument.Parse(right, Options);
            return JsonElement.DeepEquals(one.RootElement, other.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
