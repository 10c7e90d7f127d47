using System.Reflection;
using System.Reflection.Emit;

namespace Sametime.Tests.Unit.Conventions;

/// <summary>Which types of an assembly use which of its types, as the compiler wrote it down: in what they are, hold, take and give, and in their code.</summary>
internal static class UsedTypes
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    public static IEnumerable<(Type User, Type Used)> In(Assembly assembly) =>
        from user in assembly.GetTypes()
        from used in By(user).SelectMany(Parts).Distinct()
        where used.Assembly == assembly && used != user
        select (user, used);

    private static IEnumerable<Type?> By(Type user)
    {
        IEnumerable<MethodBase> methods = [.. user.GetMethods(All), .. user.GetConstructors(All)];
        return
        [
            user.BaseType,
            .. user.GetInterfaces(),
            .. user.GetCustomAttributesData().Select(mark => mark.AttributeType),
            .. user.GetFields(All).Select(field => field.FieldType),
            .. methods.SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType),
            .. methods.OfType<MethodInfo>().Select(method => method.ReturnType),
            .. methods.SelectMany(InCode),
        ];
    }

    // A generic type is used with what it is made of, and an array or reference with its element.
    private static IEnumerable<Type> Parts(Type? type) => type switch
    {
        null => [],
        { HasElementType: true } => Parts(type.GetElementType()),
        { IsGenericType: true, IsGenericTypeDefinition: false } => [type.GetGenericTypeDefinition(), .. type.GetGenericArguments().SelectMany(Parts)],
        _ => [type],
    };

    private static IEnumerable<Type?> InCode(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
            return [];
        var used = body.LocalVariables.Select(local => (Type?)local.LocalType).ToList();
        used.AddRange(body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause).Select(clause => clause.CatchType));
        var code = body.GetILAsByteArray()!;
        for (var at = 0; at < code.Length;)
        {
            var opcode = Codes[code[at] == 0xfe ? (short)(0xfe00 | code[at + 1]) : code[at]];
            at += opcode.Size;
            if (opcode.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                used.AddRange(InToken(method, BitConverter.ToInt32(code, at)));
            at += opcode.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }

        return used;
    }

    private static IEnumerable<Type?> InToken(MethodBase method, int token)
    {
        var ofType = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        return method.Module.ResolveMember(token, ofType, method.IsGenericMethod ? method.GetGenericArguments() : null) switch
        {
            Type used => [used],
            MethodInfo { IsGenericMethod: true } called => [called.DeclaringType, .. called.GetGenericArguments()],
            { } member => [member.DeclaringType],
            null => [],
        };
    }
}
