using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using FuturesEos.Tests.Architecture;

namespace FuturesEos.Tests.KafkaProtocol;

/// <summary>Kafka's own message definitions, as its client library carries them.</summary>
internal sealed partial class KafkaDefinitions : IDisposable
{
    private readonly ZipArchive _archive;

    private KafkaDefinitions(ZipArchive archive) => _archive = archive;

    /// <summary>Null where no Kafka client library lies beside the repository.</summary>
    public static KafkaDefinitions? Open()
    {
        var libraries = Path.GetFullPath(Path.Combine(SourceTree.Root, "..", "shared", "kafka", "libs"));
        var jar =
            Directory.Exists(libraries) ? Directory.GetFiles(libraries, "kafka-clients-*.jar").FirstOrDefault() : null;
        return jar is null ? null : new KafkaDefinitions(ZipFile.OpenRead(jar));
    }

    public void Dispose() => _archive.Dispose();

    public JsonElement Message(string name)
    {
        var entry = _archive.GetEntry($"common/message/{name}.json")
            ?? throw new InvalidOperationException($"Kafka has no message {name}.");
        using var text = new StreamReader(entry.Open());
        var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip };
        return JsonDocument.Parse(text.ReadToEnd(), options).RootElement;
    }

    public static (int From, int To) Range(string versions) => versions switch
    {
        "none" => (int.MaxValue, -1),
        _ when versions.EndsWith('+') => (int.Parse(versions[..^1], CultureInfo.InvariantCulture), int.MaxValue),
        _ when versions.Split('-') is [var from, var to] => (int.Parse(from), int.Parse(to)),
        _ => (int.Parse(versions), int.Parse(versions)),
    };

    /// <summary>The fields of one version, written as <see cref="SchemaDescriber"/> writes them.</summary>
    public static List<string> Describe(JsonElement message, int version)
    {
        var lines = new List<string>();
        var commons = message.TryGetProperty("commonStructs", out var structs)
            ? structs.EnumerateArray()
                .ToDictionary(s => s.GetProperty("name").GetString()!, s => s.GetProperty("fields"))
            : [];
        Describe(message.GetProperty("fields"), version, "", commons, lines);
        return lines;
    }

    private static void Describe(
        JsonElement fields, int version, string path, Dictionary<string, JsonElement> commons, List<string> lines)
    {
        var present =
            fields.EnumerateArray().Where(f => Covers(Text(f, "taggedVersions") ?? Text(f, "versions")!, version));
        foreach (var field in present.OrderBy(f => f.TryGetProperty("tag", out var tag) ? tag.GetInt32() : -1))
        {
            var name = path + Text(field, "name");
            var type = Text(field, "type")!;
            var element = type.StartsWith("[]", StringComparison.Ordinal) ? type[2..] : type;
            var isStruct = !Primitive().IsMatch(element);
            var isNullable = Text(field, "nullableVersions") is { } nullable && Covers(nullable, version);
            var tag = field.TryGetProperty("tag", out var number) ? $" tag {number}" : "";
            lines.Add($"{name} {Shape(type, isStruct, isNullable)}{Default(field, type)}{tag}".ToLowerInvariant());
            if (isStruct)
                Describe(Fields(field, element, commons), version, name + "/", commons, lines);
        }
    }

    private static JsonElement Fields(JsonElement field, string type, Dictionary<string, JsonElement> commons) =>
        field.TryGetProperty("fields", out var own) ? own : commons[type];

    private static string Shape(string type, bool isStruct, bool isNullable)
    {
        var isArray = type.StartsWith("[]", StringComparison.Ordinal);
        var shape = (isArray ? "[]" : "") + (isStruct ? "struct" : isArray ? type[2..] : type);
        return isNullable && shape != "records" ? shape + "?" : shape;
    }

    private static string Default(JsonElement field, string type)
    {
        if (type == "bool")
            return " = " + (Text(field, "default") ?? "false");
        if (!type.StartsWith("int", StringComparison.Ordinal))
            return "";
        var text = Text(field, "default") ?? "0";
        var value = text.StartsWith("0x", StringComparison.Ordinal)
            ? long.Parse(text.AsSpan(2), NumberStyles.HexNumber)
            : long.Parse(text, CultureInfo.InvariantCulture);
        return " = " + value.ToString(CultureInfo.InvariantCulture);
    }

    private static bool Covers(string versions, int version)
    {
        var (from, to) = Range(versions);
        return version >= from && version <= to;
    }

    private static string? Text(JsonElement field, string property) =>
        field.TryGetProperty(property, out var value) ? value.ToString() : null;

    [GeneratedRegex("^(bool|int8|int16|int32|int64|uuid|string|bytes|records)$")]
    private static partial Regex Primitive();
}
