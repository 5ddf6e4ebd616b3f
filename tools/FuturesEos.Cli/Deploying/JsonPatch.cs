using System.Text.Json.Nodes;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Deploying;

/// <summary>JSON 6902 patches: add, replace and remove, which is what overlays use.</summary>
internal static class JsonPatch
{
    /// <summary>Changes a document.</summary>
    /// <exception cref="ExpectedFailure">A place does not exist, or the operation is another one.</exception>
    public static void Apply(JsonNode document, JsonArray operations)
    {
        foreach (var operation in operations.OfType<JsonObject>())
        {
            var path = Tree.Text(operation, "path") ?? "";
            var steps = path.Split('/').Skip(1)
                .Select(step => step.Replace("~1", "/", StringComparison.Ordinal)
                    .Replace("~0", "~", StringComparison.Ordinal)).ToArray();
            var parent = Tree.At(document, steps[..^1]);
            var value = operation["value"]?.DeepClone();
            var done = (Tree.Text(operation, "op"), parent) switch
            {
                ("add", JsonObject members) => Set(members, steps[^1], value),
                ("add", JsonArray items) when steps[^1] == "-" => Append(items, value),
                ("replace", JsonObject members) when members.ContainsKey(steps[^1]) => Set(members, steps[^1], value),
                ("remove", JsonObject members) => members.Remove(steps[^1]),
                _ => false,
            };
            if (!done)
                throw new ExpectedFailure(
                    ExitCode.CheckFailed,
                    $"patch {Tree.Text(operation, "op")} {path}: {new Manifest((JsonObject)document)} has no such place");
        }
    }

    private static bool Set(JsonObject members, string name, JsonNode? value)
    {
        members[name] = value;
        return true;
    }

    private static bool Append(JsonArray items, JsonNode? value)
    {
        items.Add(value);
        return true;
    }
}
