using System.Text.Json.Nodes;

namespace FuturesEos.Cli.Deploying;

/// <summary>Steps through JSON trees; what is not there is null or empty, never an exception.</summary>
internal static class Tree
{
    /// <summary>The node at the end of a path of members; a number is a place in an array.</summary>
    public static JsonNode? At(JsonNode? node, params string[] path)
    {
        foreach (var step in path)
        {
            node = node switch
            {
                JsonObject members => members[step],
                JsonArray items when int.TryParse(step, out var place) && place < items.Count => items[place],
                _ => null,
            };
        }

        return node;
    }

    /// <summary>The scalar at the end of a path, as text.</summary>
    public static string? Text(JsonNode? node, params string[] path) =>
        At(node, path) is JsonValue value ? value.ToString() : null;

    /// <summary>The objects of the array at the end of a path.</summary>
    public static IEnumerable<JsonObject> Items(JsonNode? node, params string[] path) =>
        At(node, path) is JsonArray items ? items.OfType<JsonObject>() : [];

    /// <summary>The texts of the array at the end of a path.</summary>
    public static IReadOnlyList<string> Texts(JsonNode? node, params string[] path) =>
        At(node, path) is JsonArray items ? [.. items.OfType<JsonValue>().Select(item => item.ToString())] : [];

    /// <summary>The members of the object at the end of a path, as texts.</summary>
    public static IReadOnlyDictionary<string, string> Map(JsonNode? node, params string[] path) =>
        At(node, path) is JsonObject members ? members.ToDictionary(m => m.Key, m => m.Value?.ToString() ?? "") : [];

    /// <summary>Every member below a node, with its name and the object that has it.</summary>
    public static IEnumerable<(string Name, JsonNode? Value, JsonObject Owner)> Members(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    yield return (name, value, members);
                    foreach (var below in Members(value)) yield return below;
                }

                break;
            case JsonArray items:
                foreach (var below in items.SelectMany(Members)) yield return below;
                break;
        }
    }
}
