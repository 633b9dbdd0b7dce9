"""What card schemes, wallets and currencies are called in ledgers, beside the register's own words."""

from collections.abc import Mapping
from types import MappingProxyType

ASPECT_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "visa": ("visa", "维萨", "威士", "visa卡", "维萨卡"),
    "mastercard": ("mastercard", "万事达", "万事达卡", "master", "mc", "master card"),
    "american_express": ("americanexpress", "amex", "运通", "美国运通", "美国运通卡", "运通卡", "american express",
        "ae"),
    "jcb": ("jcb", "jcb卡", "吉士美"),
    "diners_club": ("dinersclub", "大来", "大来卡", "大莱", "大莱卡", "diners", "diners club", "diners_club", "dc"),
    "discover": ("discover", "发现卡", "发现"),
    "unionpay": ("unionpay", "银联", "银联国际", "银联卡", "中国银联", "境外银联", "境外银联卡", "银联外卡", "cup",
        "upi"),
    "alipay": ("alipay", "支付宝", "alipay+"),
    "wechat": ("wechat", "微信", "微信支付", "wechatpay", "wechat pay", "weixin"),
    "unionpay_app": ("unionpayapp", "云闪付", "银联云闪付", "unionpay app", "unionpay_app", "quickpass"),
    "ecny": ("ecny", "数字人民币", "数币", "e-cny", "数字货币"),
})  # fmt: skip
CURRENCY_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "AUD": ("澳元", "澳大利亚元", "澳币", "澳洲元"), "CAD": ("加元", "加拿大元", "加币"), "CHF": ("瑞士法郎", "瑞郎"),
    "DKK": ("丹麦克朗",), "EUR": ("欧元", "€"), "GBP": ("英镑", "£"), "HKD": ("港币", "港元", "港纸", "hk$"),
    "IDR": ("印尼盾", "印度尼西亚盾", "印尼卢比"), "JPY": ("日元", "日圆", "日币"), "KRW": ("韩元", "韩币", "韩圆",
        "₩"),
    "MOP": ("澳门元", "澳门币", "葡币"), "MYR": ("林吉特", "马来西亚林吉特", "马币", "令吉"), "NOK": ("挪威克朗",),
    "NZD": ("新西兰元", "纽币", "新西兰币"), "PHP": ("菲律宾比索", "比索"), "RUB": ("卢布",
        "俄罗斯卢布"), "SEK": ("瑞典克朗",),
    "SGD": ("新加坡元", "新加坡币", "坡币", "新币"), "THB": ("泰铢", "泰币"), "TWD": ("新台币", "台币", "台湾元"),
    "USD": ("美元", "美金", "$", "us$"), "VND": ("越南盾",),
})  # fmt: skip
DIRECTION_NAMES: Mapping[str, tuple[str, ...]] = {
    "buy_yuan": ("buy_yuan", "兑入人民币", "外币兑人民币", "兑换人民币", "买入"),
    "change_back": ("change_back", "兑回", "人民币兑外币", "兑回外币", "卖出"),
}
