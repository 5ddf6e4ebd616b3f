using System.Text.Json;
using System.Text.Json.Serialization;

namespace FuturesEos.Cli.Output;

/// <summary>The JSON that commands print: one object a line on stdout, names in snake_case.</summary>
internal static class Json
{
    /// <summary>Settings of all printed JSON.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Prints a value on a line of its own.</summary>
    public static void Print<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Options));
}
