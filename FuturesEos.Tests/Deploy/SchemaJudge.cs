using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FuturesEos.Cli.Deploying;

namespace FuturesEos.Tests.Deploy;

/// <summary>
/// JSON Schema as the Kubernetes documents use it, read strictly: an object with named properties takes no other,
/// except inside anyOf and its like (there CRDs repeat a part of the properties) and where unknown fields are to be
/// kept.
/// </summary>
internal sealed class SchemaJudge(JsonObject definitions)
{
    private static readonly HashSet<string> IntOrString =
        ["io.k8s.apimachinery.pkg.util.intstr.IntOrString", "io.k8s.apimachinery.pkg.api.resource.Quantity"];

    private static readonly HashSet<string> Understood =
    [
        "type", "properties", "required", "items", "additionalProperties", "enum", "pattern", "minimum", "maximum",
        "minLength", "minItems",
        "anyOf", "oneOf", "allOf", "not", "$ref", "const", "contains", "format", "description", "default", "title",
        "$schema", "definitions",
        "maxItems", "maxLength", "nullable", "externalDocs", "example",
    ];

    /// <summary>What is wrong, each with its place.</summary>
    public List<string> Judge(JsonObject schema, JsonNode? value)
    {
        var problems = new List<string>();
        Judge(schema, value, "", isClosed: true, problems);
        return problems;
    }

    private void Judge(JsonObject schema, JsonNode? value, string place, bool isClosed, List<string> problems)
    {
        if (Tree.Text(schema, "$ref") is { } reference)
        {
            var name = reference["#/definitions/".Length..];
            if (IntOrString.Contains(name))
            {
                if (value is not JsonValue) problems.Add($"{place}: a number or a text is wanted");
                return;
            }

            Judge(definitions[name]!.AsObject(), value, place, isClosed, problems);
            return;
        }

        if (schema.FirstOrDefault(k => !Understood.Contains(k.Key)
            && !k.Key.StartsWith("x-kubernetes-", StringComparison.Ordinal)).Key is { } strange)
            throw new InvalidOperationException($"a schema uses {strange}, which is not understood here");
        if (Tree.Text(schema, "x-kubernetes-int-or-string") == "true") return;
        JudgeType(schema, value, place, problems);
        JudgeValue(schema, value, place, problems);
        JudgeChoices(schema, value, place, problems);
        if (value is JsonObject members) JudgeMembers(schema, members, place, isClosed, problems);
        if (value is JsonArray items) JudgeItems(schema, items, place, isClosed, problems);
    }

    private static void JudgeType(JsonObject schema, JsonNode? value, string place, List<string> problems)
    {
        var fits = (Tree.Text(schema, "type"), value?.GetValueKind()) switch
        {
            (null, _) => true,
            ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) =>
                true,
            ("boolean", JsonValueKind.True or JsonValueKind.False) or ("number", JsonValueKind.Number) => true,
            ("integer", JsonValueKind.Number) => long.TryParse(value!.ToString(), CultureInfo.InvariantCulture, out _),
            _ => false,
        };
        if (!fits)
            problems.Add($"{place}: {Tree.Text(schema, "type")} is wanted, {value?.ToJsonString() ?? "null"} is there");
    }

    private static void JudgeValue(JsonObject schema, JsonNode? value, string place, List<string> problems)
    {
        if (schema["enum"] is JsonArray choices && !choices.Any(choice => JsonNode.DeepEquals(choice, value)))
            problems.Add(
                $"{place}: {value} is none of {string.Join(", ", choices.Select(choice => choice?.ToString()))}");
        if (schema["const"] is { } only && !JsonNode.DeepEquals(only, value))
            problems.Add($"{place}: {value} is not {only}");
        if (value is not JsonValue scalar) return;
        var text = scalar.ToString();
        if (Tree.Text(schema, "pattern") is { } pattern && !Regex.IsMatch(text, pattern))
            problems.Add($"{place}: {text} does not match {pattern}");
        if (Number(schema, "minLength") > text.Length) problems.Add($"{place}: {text} is too short");
        if (!double.TryParse(text, CultureInfo.InvariantCulture, out var number)) return;
        if (Number(schema, "minimum") > number || Number(schema, "maximum") < number)
            problems.Add($"{place}: {text} is out of range");
    }

    private void JudgeChoices(JsonObject schema, JsonNode? value, string place, List<string> problems)
    {
        int Fitting(string keyword) => Tree.Items(schema, keyword).Count(choice => Fits(choice, value));
        if (schema["anyOf"] is not null && Fitting("anyOf") == 0)
            problems.Add($"{place}: fits none of its alternatives");
        if (schema["oneOf"] is not null && Fitting("oneOf") != 1)
            problems.Add($"{place}: fits {Fitting("oneOf")} alternatives, one is wanted");
        if (schema["allOf"] is JsonArray all && Fitting("allOf") != all.Count)
            problems.Add($"{place}: breaks a rule of several");
        if (schema["not"] is JsonObject not && Fits(not, value)) problems.Add($"{place}: is what it must not be");
    }

    private bool Fits(JsonObject schema, JsonNode? value)
    {
        var problems = new List<string>();
        Judge(schema, value, "", isClosed: false, problems);
        return problems.Count == 0;
    }

    private void JudgeMembers(JsonObject schema, JsonObject members, string place, bool isClosed, List<string> problems)
    {
        foreach (var needed in Tree.Texts(schema, "required").Where(name => !members.ContainsKey(name)))
            problems.Add($"{place}: {needed} is missing");
        var known = schema["properties"] as JsonObject;
        foreach (var (name, value) in members)
        {
            if (known?[name] is JsonObject property) Judge(property, value, $"{place}/{name}", isClosed, problems);
            else if (schema["additionalProperties"] is JsonObject others)
                Judge(others, value, $"{place}/{name}", isClosed, problems);
            else if (IsClosed(schema, known, isClosed)) problems.Add($"{place}: there is no field {name}");
        }
    }

    private static bool IsClosed(JsonObject schema, JsonObject? known, bool isClosed) =>
        Tree.Text(schema, "x-kubernetes-preserve-unknown-fields") != "true"
        && (Tree.Text(schema, "additionalProperties") == "false"
            || (isClosed && known is not null && schema["additionalProperties"] is null));

    private void JudgeItems(JsonObject schema, JsonArray items, string place, bool isClosed, List<string> problems)
    {
        if (Number(schema, "minItems") > items.Count) problems.Add($"{place}: too few items");
        if (schema["items"] is JsonObject each)
        {
            for (var i = 0; i < items.Count; i++) Judge(each, items[i], $"{place}/{i}", isClosed, problems);
        }

        if (schema["contains"] is JsonObject contained && !items.Any(item => Fits(contained, item)))
            problems.Add($"{place}: lacks an item that is needed");
    }

    private static double? Number(JsonObject schema, string name) =>
        double.TryParse(Tree.Text(schema, name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
