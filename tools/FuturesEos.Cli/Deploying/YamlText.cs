using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FuturesEos.ServiceDefaults;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace FuturesEos.Cli.Deploying;

/// <summary>
/// YAML as a Kubernetes client reads it, and no laxer: a key that stands twice is refused, and so are the words that
/// YAML 1.1 takes for yes and no. Documents become JSON trees, since that is what the API server gets.
/// </summary>
internal static partial class YamlText
{
    /// <summary>The documents of a file; empty ones are left out.</summary>
    /// <param name="text">One or more documents.</param>
    /// <param name="origin">The file, for messages.</param>
    /// <exception cref="ExpectedFailure">It is no YAML, or is read in two ways.</exception>
    public static List<JsonObject> Read(string text, string origin)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw Wrong(origin, e.Start, e.Message);
        }

        var documents = new List<JsonObject>();
        foreach (var document in stream.Documents)
        {
            if (document.RootNode is YamlScalarNode { Value: null or "" }) continue;
            documents.Add(Convert(document.RootNode, origin) as JsonObject
                ?? throw Wrong(origin, document.RootNode.Start, "a document is a mapping"));
        }

        return documents;
    }

    /// <summary>The value, of any kind, of a text with one document.</summary>
    public static JsonNode? ReadValue(string text, string origin)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Count == 1 ? Convert(stream.Documents[0].RootNode, origin)
            : throw new ExpectedFailure(ExitCode.CheckFailed, $"{origin}: one document is wanted");
    }

    /// <summary>Documents as text, <c>---</c> before each.</summary>
    public static string Write(IEnumerable<JsonNode> documents)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        foreach (var document in documents)
        {
            output.WriteLine("---");
            var emitter = new Emitter(
                output, new EmitterSettings(2, int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
            emitter.Emit(new StreamStart());
            emitter.Emit(new DocumentStart(null, null, isImplicit: true));
            Emit(emitter, document);
            emitter.Emit(new DocumentEnd(isImplicit: true));
            emitter.Emit(new StreamEnd());
        }

        return output.ToString();
    }

    private static JsonNode? Convert(YamlNode node, string origin)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                var members = new JsonObject();
                foreach (var (key, value) in mapping)
                    members[((YamlScalarNode)key).Value!] = Convert(value, origin);
                return members;
            case YamlSequenceNode sequence:
                return new JsonArray([.. sequence.Select(item => Convert(item, origin))]);
            case YamlScalarNode { Style: ScalarStyle.Plain } plain:
                return Plain(plain, origin);
            default:
                return JsonValue.Create(((YamlScalarNode)node).Value);
        }
    }

    private static JsonNode? Plain(YamlScalarNode scalar, string origin)
    {
        var text = scalar.Value ?? "";
        switch (text)
        {
            case "" or "~" or "null": return null;
            case "true": return JsonValue.Create(true);
            case "false": return JsonValue.Create(false);
        }

        if (Ambiguous().IsMatch(text))
            throw Wrong(origin, scalar.Start,
                $"{text} without quotes means yes or no to some readers; quote it, or write true or false");
        if (!Number().IsMatch(text)) return JsonValue.Create(text);
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? JsonValue.Create(whole) : JsonValue.Create(double.Parse(text, CultureInfo.InvariantCulture));
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } members:
                emitter.Emit(new MappingStart());
                foreach (var (name, value) in members)
                {
                    emitter.Emit(Text(name));
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonObject:
                emitter.Emit(new MappingStart(null, null, isImplicit: true, MappingStyle.Flow));
                emitter.Emit(new MappingEnd());
                break;
            case JsonArray items:
                emitter.Emit(new SequenceStart(
                    null, null, isImplicit: true, items.Count > 0 ? SequenceStyle.Block : SequenceStyle.Flow));
                foreach (var item in items) Emit(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.TryGetValue<string>(out var text):
                emitter.Emit(Text(text));
                break;
            default:
                emitter.Emit(new Scalar(null, null, node?.ToJsonString() ?? "null", ScalarStyle.Plain, true, false));
                break;
        }
    }

    private static Scalar Text(string text) =>
        new(null, null, text, StyleOf(text), isPlainImplicit: true, isQuotedImplicit: true);

    private static ScalarStyle StyleOf(string text) => text switch
    {
        _ when text.Contains('\n', StringComparison.Ordinal) && !text.Contains(" \n", StringComparison.Ordinal) =>
            ScalarStyle.Literal,
        _ when Simple().IsMatch(text) && !Ambiguous().IsMatch(text) && text is not ("true" or "false" or "null") =>
            ScalarStyle.Plain,
        _ => ScalarStyle.DoubleQuoted,
    };

    private static ExpectedFailure Wrong(string origin, Mark at, string what) =>
        new(ExitCode.CheckFailed, $"{origin}, line {at.Line}: {what}");

    [GeneratedRegex("^(y|n|yes|no|on|off)$", RegexOptions.IgnoreCase)]
    private static partial Regex Ambiguous();

    [GeneratedRegex(@"^[-+]?([0-9]+|[0-9]*\.[0-9]+([eE][-+]?[0-9]+)?|[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+)$")]
    private static partial Regex Number();

    [GeneratedRegex(@"^[A-Za-z/_][A-Za-z0-9/_.=-]*(:[A-Za-z0-9/_.=-]+)*$")]
    private static partial Regex Simple();
}
