using System.Text.Json.Nodes;

namespace FuturesEos.Cli.Deploying;

/// <summary>
/// Kubernetes' strategic merge patch: objects are merged, lists of the kinds below by a key, other lists replaced.
/// </summary>
internal static class StrategicMerge
{
    // patchMergeKey of the fields that overlays touch (Kubernetes' API reference, "patch strategy: merge")
    private static readonly Dictionary<string, string> MergeKeys = new()
    {
        ["containers"] = "name", ["initContainers"] = "name", ["volumes"] = "name", ["env"] = "name",
        ["volumeMounts"] = "mountPath", ["ports"] = "containerPort", ["topologySpreadConstraints"] = "topologyKey",
    };

    /// <summary>Lays a patch over a document, which is changed.</summary>
    public static void Apply(JsonObject document, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            switch (value, document[name])
            {
                case (null, _):
                    document.Remove(name);
                    break;
                case (JsonObject members, JsonObject there):
                    Apply(there, members);
                    break;
                case (JsonArray items, JsonArray there) when MergeKeys.TryGetValue(name, out var key):
                    Merge(there, items, key);
                    break;
                default:
                    document[name] = value.DeepClone();
                    break;
            }
        }
    }

    private static void Merge(JsonArray there, JsonArray items, string key)
    {
        foreach (var item in items.OfType<JsonObject>())
        {
            var same = there.OfType<JsonObject>()
                .FirstOrDefault(candidate => Tree.Text(candidate, key) == Tree.Text(item, key));
            if (same is null) there.Add(item.DeepClone());
            else Apply(same, item);
        }
    }
}
